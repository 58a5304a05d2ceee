package reflector

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
)

// ErrStopped is returned by queries when the reflector is not running.
var ErrStopped = errors.New("the reflector is not running")

// PeerStatus is the state of one neighbour.
type PeerStatus struct {
	Peer    netip.Addr
	AS      uint32
	Client  bool      // false for another reflector
	State   bgp.State // Established, or Idle while lost
	Since   time.Time // of the present state
	Flaps   int
	Resyncs int // how often it was too slow for the journal
	In, Out uint64
	Refused int // routes that were not accepted
	Tables  []TableStatus
}

// TableStatus counts the routes of one table that came from one peer.
type TableStatus struct {
	Family   route.Family
	Active   int // chosen as the best copy
	Received int
	Stale    int // kept for the peer's return
}

// Peers returns all neighbours that are up or have routes kept, by address.
func (r *Reflector) Peers(ctx context.Context) ([]PeerStatus, error) {
	var out []PeerStatus
	if !r.do(ctx, func(c *core) { out = c.status() }) {
		return nil, ErrStopped
	}
	return out, nil
}

func (c *core) status() []PeerStatus {
	counts := c.count()
	var out []PeerStatus
	for _, p := range c.peers {
		if p == nil || p.link == nil && p.paths == 0 {
			continue
		}
		st := PeerStatus{
			Peer: p.id, AS: c.cfg.AS, Client: p.client, State: bgp.Idle, Since: p.tally.lastDown,
			Flaps: p.tally.flaps, Resyncs: p.tally.resyncs, In: p.tally.in, Out: p.tally.out, Refused: p.refused,
		}
		if p.link != nil {
			in, sent := p.link.session.Counters()
			st.State, st.Since, st.In, st.Out = bgp.Established, p.since, st.In+in, st.Out+sent
		}
		for fam := range famCount {
			if p.carries[fam] {
				st.Tables = append(st.Tables, counts[p.slot][fam])
			}
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b PeerStatus) int { return a.Peer.Compare(b.Peer) })
	return out
}

// count goes over the table once for all peers.
func (c *core) count() [][famCount]TableStatus {
	out := make([][famCount]TableStatus, len(c.peers))
	for i := range out {
		for fam := range famCount {
			out[i][fam].Family = fam.family()
		}
	}
	t := c.table
	for i := range t.recs {
		e := &t.recs[i]
		if !e.live {
			continue
		}
		for n := e.first; n != 0; n = t.paths[n].next {
			st := &out[t.paths[n].peer][e.fam]
			st.Received++
			if n == e.first {
				st.Active++
			}
			if c.stale(&t.paths[n]) {
				st.Stale++
			}
		}
	}
	return out
}

// stale reports whether a path is kept for its peer's return, or not yet said
// again since.
func (c *core) stale(p *path) bool {
	q := c.peers[p.peer]
	return q.link == nil || p.life != q.life
}

// Table returns the routes of a family sorted by prefix, each with all its copies.
func (r *Reflector) Table(ctx context.Context, f route.Family) ([]route.Entry, error) {
	fam, ok := indexOf(f)
	if !ok {
		return nil, nil
	}
	var out []route.Entry
	if !r.do(ctx, func(c *core) { out = c.entries(fam) }) {
		return nil, ErrStopped
	}
	slices.SortFunc(out, func(a, b route.Entry) int { return strings.Compare(a.Prefix, b.Prefix) })
	return out, nil
}

// Totals counts one table.
type Totals struct {
	Destinations int
	Paths        int
	Stale        int // paths kept for their peers' return
}

// Totals counts the table of a family.
func (r *Reflector) Totals(ctx context.Context, f route.Family) (Totals, error) {
	var out Totals
	fam, ok := indexOf(f)
	if !ok {
		return out, nil
	}
	ok = r.do(ctx, func(c *core) {
		for _, peer := range c.count() {
			out.Destinations += peer[fam].Active
			out.Paths += peer[fam].Received
			out.Stale += peer[fam].Stale
		}
	})
	if !ok {
		return out, ErrStopped
	}
	return out, nil
}

func (c *core) entries(fam famIndex) []route.Entry {
	var out []route.Entry
	t := c.table
	for i := range t.recs {
		e := &t.recs[i]
		if !e.live || e.first == 0 || e.fam != fam {
			continue
		}
		entry := route.Entry{Family: fam.family()}
		for n := e.first; n != 0; n = t.paths[n].next {
			p := &t.paths[n]
			s := c.sets[p.attr]
			copied := route.Path{
				Peer:     c.peers[p.peer].id,
				Attrs:    s.attrs,
				Received: c.started.Add(time.Duration(p.since) * time.Second),
				Active:   n == e.first,
				Stale:    c.stale(p),
			}
			// A route of a type that the fabric has no use for is shown by its bytes.
			copied.Route, _ = route.Decode(fam.family(), t.nlri(n), s.attrs)
			entry.Paths = append(entry.Paths, copied)
			if entry.Prefix == "" {
				entry.Prefix = route.Prefix(fam.family(), t.nlri(n), copied.Route)
			}
		}
		out = append(out, entry)
	}
	return out
}

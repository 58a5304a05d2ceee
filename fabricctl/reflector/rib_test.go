package reflector

import (
	"encoding/binary"
	"maps"
	"sync"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
)

// held is what a receiver knows of one route.
type held struct {
	nlri  string
	seq   uint32
	stale bool // has the community LLGR_STALE
}

// rib is a receiver's table, kept the plain way.
type rib struct {
	mu        sync.Mutex
	parser    *guard.Parser
	routes    map[route.Key]held
	withdrawn int
	ends      int
	marked    map[route.Key]bool // not said again since RefreshBegin; nil outside
	refreshes int
}

func newRIB() *rib {
	return &rib{parser: guard.NewParser(guard.Policy{Reserved: true}), routes: map[route.Key]held{}}
}

func (r *rib) take(messages []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parser.Reset()
	for t, body := range bgp.Messages(messages) {
		switch t {
		case bgp.TypeRefresh:
			r.mark(body)
		case bgp.TypeUpdate:
			u, note := r.parser.Parse(body)
			if note != nil || u.Fault != nil {
				panic("the reflector sent what guard refuses")
			}
			r.update(u)
		}
	}
}

func (r *rib) mark(body []byte) {
	m, _ := bgp.ParseRefresh(body)
	if m.Family != route.EVPN {
		return
	}
	if m.Sub == bgp.RefreshBegin {
		r.marked = map[route.Key]bool{}
		for k := range r.routes {
			r.marked[k] = true
		}
		return
	}
	r.refreshes++
	for k := range r.marked {
		delete(r.routes, k)
	}
	r.marked = nil
}

func (r *rib) update(u guard.Update) {
	if u.EndOfRIB != 0 {
		r.ends++
	}
	at, _ := route.ParseAttrs(u.Attrs)
	each(u.Unreach[0], func(k route.Key, _ []byte) {
		r.withdrawn++
		delete(r.routes, k)
	})
	each(u.Reach, func(k route.Key, nlri []byte) {
		seq, _, _ := at.Mobility()
		h := held{nlri: string(nlri), seq: seq}
		for _, c := range at.Communities {
			h.stale = h.stale || c == route.CommunityLLGRStale
		}
		r.routes[k] = h
		delete(r.marked, k)
	})
}

func each(p guard.Part, do func(route.Key, []byte)) {
	for b := p.NLRIs; len(b) > 0; {
		nlri, rest, _ := route.NextNLRI(p.Family, b)
		if k, err := route.KeyOf(p.Family, nlri); err == nil {
			do(k, nlri)
		}
		b = rest
	}
}

func (r *rib) equal(want map[route.Key]held) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Equal(r.routes, want)
}

func (r *rib) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.routes)
}

func (r *rib) losses() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.withdrawn
}

// sign returns the first label of a MAC route, which the tests use as a mark.
func sign(nlri []byte) uint32 {
	return binary.BigEndian.Uint32(append([]byte{0}, nlri[len(nlri)-3:]...)) >> 4
}

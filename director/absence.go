package director

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"time"

	"oneswitch/director/custody"
	"oneswitch/director/lastknown"
	"oneswitch/director/lease"
	"oneswitch/director/session"
	"oneswitch/director/vip"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// While the datastore is away no director leads, and nothing can be changed. Whoever
// can be reached serves what he knew last, for reading (reliability.md F17).

// absence is the datastore's, as this director sees it.
type absence struct {
	outage  custody.Outage
	copied  uint64                        // revision of the copy beside the datastore
	domains map[string]inventory.DomainID // as it gave them out last
}

// answered notes whether the datastore answered, and what operators are told who want
// to change something here meanwhile.
func (r *role) answered(row lease.Row, err error) {
	outage := &r.now.absence.outage
	outage.Answered(err == nil, r.clock.Now())
	r.now.Lock()
	r.now.store = err == nil
	if err == nil {
		r.now.leader = row
	}
	r.now.Unlock()
	why := ""
	if h, ok := parseHolder(row.Holder); ok && h.address != r.file.Address.Addr() {
		why = fmt.Sprintf("director %s leads, and this session is at %s: log in again to change the configuration; here", h.name, r.file.Serial)
	}
	if since, away := outage.Since(); away {
		why = r.absenceText(since)
	}
	r.data.Explain(why)
}

func (r *role) absenceText(since time.Time) string {
	return fmt.Sprintf("the datastore (%s) does not answer since %s", r.db.Describe(), report.Timestamp(since))
}

// announce says that operators can only read now, or that they can change things
// again.
func (r *role) announce() {
	outage := &r.now.absence.outage
	if since, _ := outage.Since(); outage.Tell() {
		r.tell(true, session.ReadOnly{Why: r.absenceText(since)}.Error())
	}
	if r.leads() && outage.Over() {
		r.tell(false, "the datastore answers again: the configuration can be changed")
	}
}

func (r *role) copyPath() string { return filepath.Join(r.file.State, "lastknown") }

// keepCopy writes down what is active, for a start without the datastore.
func (r *role) keepCopy(ctx context.Context) {
	tree, revision := r.data.Active()
	r.now.Lock()
	same, members := r.now.absence.copied == revision, slices.Clone(r.now.members)
	r.now.Unlock()
	if same || revision == 0 {
		return
	}
	text, err := session.Text(tree)
	c := lastknown.Copy{Revision: revision, Config: text, Members: members}
	if err == nil {
		c.Shipped, err = r.db.Factory(ctx)
	}
	if err == nil {
		err = lastknown.Save(r.copyPath(), c)
	}
	if err != nil {
		r.log.Warn("no copy of the configuration for a start without the datastore", "err", err)
		return
	}
	r.now.Lock()
	r.now.absence.copied = revision
	r.now.Unlock()
}

// assume serves the copy until the datastore answers.
func (r *role) assume(c lastknown.Copy) error {
	tree, err := r.data.Parse(c.Config)
	if err != nil {
		return fmt.Errorf("configuration known last: %w", err)
	}
	r.data.Assume(tree, c.Revision)
	r.now.Lock()
	r.now.members = c.Members
	r.now.Unlock()
	s, _ := settings.Read(tree, r.snapshot())
	r.adopt(s, c.Revision)
	r.shippedWith(c.Shipped)
	return nil
}

// virtualAddress is what a director holds in its turn; a lab without namespaces has
// nothing to move.
func virtualAddress(file bootstrap.File) (vip.Address, bool) {
	p := file.Director.Virtual
	return vip.Address{Prefix: p, Interface: file.Interface}, p.IsValid() && !p.Addr().IsLoopback()
}

// keeper holds the virtual address when it is this director's turn.
func (r *role) keeper(a vip.Address) *custody.Keeper {
	return custody.New(custody.Config{Address: a, Door: netip.AddrPortFrom(a.Prefix.Addr(), r.file.Ports.SSH), Leads: r.leads, Until: r.lease.Until, Clock: r.clock, Log: r.log,
		Store: func() bool {
			r.now.Lock()
			defer r.now.Unlock()
			return r.now.store
		},
		Replaced: r.replaced, Peers: r.peers})
}

// replaced asks the datastore whether another director leads.
func (r *role) replaced(ctx context.Context) (bool, error) {
	row, err := r.db.ReadLease(ctx)
	if err != nil {
		return false, err
	}
	h, ok := parseHolder(row.Holder)
	return ok && h.address != r.file.Address.Addr(), nil
}

// peers asks the other directors.
func (r *role) peers(ctx context.Context) []custody.Peer {
	var out []custody.Peer
	before := true
	for i, d := range r.Directors(ctx) {
		if r.file.Directors[i] == r.file.Address.Addr() {
			before = false
			continue
		}
		out = append(out, custody.Peer{Answers: d.Online, Leads: d.Master, Holds: d.Virtual, Before: before})
	}
	return out
}

package mgmt

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/speaker"
	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/netdev"
)

// Member is the agent's loop, as seen from other goroutines.
type Member interface {
	// View runs f on the loop's goroutine.
	View(ctx context.Context, f func(*engine.Engine, dataplane.Plane)) error
	// Decide hands a leader's request to the engine and waits for its reply.
	Decide(ctx context.Context, r engine.Request) error
	// Clear forgets local addresses.
	Clear(ctx context.Context, keys engine.Clear) error
}

// Speaker is what is shown of fabric control.
type Speaker interface {
	Peers() []speaker.PeerStatus
	Table(name string) []route.Entry
}

// Links gives the kernel's counters of the ports; a plane without a kernel has none.
type Links interface {
	Counters() (map[inventory.Port]netdev.Counters, error)
}

// Config is what a Mgmt needs.
type Config struct {
	Serial  inventory.MemberID
	Role    inventory.Role
	Address netip.Addr
	Member  Member
	Speaker Speaker
	Links   Links        // nil when there is no kernel
	Book    *syslog.Book // what directors collect; nil: nothing is written
	Clock   clock.Clock
}

// Mgmt answers for a member.
type Mgmt struct {
	cfg     Config
	rates   rates
	started func() time.Time // when it was first asked, at the latest by Run
}

// New returns the management face of a member.
func New(cfg Config) *Mgmt {
	return &Mgmt{cfg: cfg, started: sync.OnceValue(func() time.Time { return cfg.Clock.Now() })}
}

// Identity says what the member carries out. What the bootstrap file knows is left
// to the caller.
func (m *Mgmt) Identity(ctx context.Context) (rpc.Identity, error) {
	var id rpc.Identity
	err := m.cfg.Member.View(ctx, func(e *engine.Engine, _ dataplane.Plane) {
		s := e.Record().State
		id = rpc.Identity{Serial: m.cfg.Serial, Name: e.Name(), Role: m.cfg.Role, Address: m.cfg.Address, Epoch: s.Epoch, Running: s.Running}
		if s.Held.Txn != "" {
			id.Prepared = &rpc.PreparedTxn{Txn: s.Held.Txn, Stamp: s.Held.Stamp}
		}
		if s.Left.Revision != 0 {
			id.Left = &s.Left
		}
	})
	return id, err
}

// Register sets the handlers of the commands that this member serves.
func (m *Mgmt) Register(r *oper.Registry) {
	for name, h := range map[string]oper.Handler{
		"get-interface-information":       m.interfaces,
		"get-lldp-information":            m.lldpSettings,
		"get-lldp-neighbors-information":  m.lldpNeighbors,
		"get-lldp-interface-neighbors":    m.lldpOfInterface,
		"get-lldp-local-info":             m.lldpLocal,
		"get-lldp-statistics-information": m.lldpStatistics,
		"get-bgp-summary-information":     m.bgpSummary,
		"get-route-information":           m.routes,
		"get-route-summary-information":   m.routeSummary,
		"get-fabric-summary-information":  m.fabricSummary,
		"get-chassis-fabric-connectivity": m.fabricPorts,
		"get-chassis-fabric-device":       m.fabricPorts,
	} {
		r.Register(name, h)
	}
	if m.cfg.Role != inventory.RoleNode {
		return
	}
	for name, h := range map[string]oper.Handler{
		"get-vlan-information":                         m.vlans,
		"get-ethernet-switching-table-information":     m.macTable,
		"get-ethernet-switching-interface-information": m.switchInterfaces,
		"clear-ethernet-switching-table":               m.clearTable,
		"get-fabric-vlan-domain-map":                   m.domainMap,
	} {
		r.Register(name, h)
	}
}

// Run keeps the samples for rates and the log of links until ctx ends.
func (m *Mgmt) Run(ctx context.Context) error {
	ticker := m.cfg.Clock.NewTicker(sampleInterval)
	defer ticker.Stop()
	known := carriers{}
	m.started()
	for {
		m.note(ctx, known)
		if all, err := m.counters(ctx); err == nil {
			m.rates.sample(m.cfg.Clock.Now(), all)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		}
	}
}

// sampleInterval is how often the counters are read for the rates.
const sampleInterval = 2 * time.Second

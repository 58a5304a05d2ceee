package mgmt

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/fib"
)

// snapshot is what the screens of one command are made of.
type snapshot struct {
	name   string
	intent intent.Intent
	ports  []engine.PortView
	macs   []engine.MACView
	idle   []dataplane.IdleMAC
	drops  []screen.Drop
	config engine.Config
	now    time.Time
}

// look takes a snapshot; the MAC table, which may be large, only when it is wanted.
func (m *Mgmt) look(ctx context.Context, macs bool) (s snapshot, err error) {
	err = m.cfg.Member.View(ctx, func(e *engine.Engine, p dataplane.Plane) {
		s = snapshot{now: m.cfg.Clock.Now(), name: e.Name(), ports: e.Ports(), config: e.Config(), drops: drops(p)}
		if in := e.Record().Running; in != nil {
			s.intent = *in
		}
		if macs {
			s.macs = e.MACs()
			s.idle, _ = p.Idle() // without it the table is shown without ages
		}
	})
	return s, err
}

// configured returns the intent of an access port; one that is not mentioned is an
// access port of VLAN default, as shipped.
func (s snapshot) configured(port inventory.Port) intent.Port {
	for _, p := range s.intent.Ports {
		if p.Port == port {
			return p
		}
	}
	return intent.Port{Port: port, Mode: intent.Access, Domains: []inventory.DomainID{fib.DefaultDomain}}
}

func (m *Mgmt) interfaces(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	out := screen.Interfaces{Style: style(c.Args)}
	all, err := m.counters(ctx)
	if err != nil && out.Style != screen.Terse {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	pattern := c.Args.Value("interface-name")
	for _, v := range s.ports {
		if !matches(pattern, v.Port.String()) {
			continue
		}
		p := s.physical(v)
		switch out.Style {
		case screen.Descriptions:
			if p.Description == "" {
				continue
			}
			p.Logical = nil
		case screen.Terse:
		default:
			s.detail(&p, v, all[v.Port])
			m.rates.fill(v.Port, p.Traffic)
			if out.Style == screen.Extensive || out.Style == screen.Statistics {
				s.errors(&p, v, all[v.Port])
			}
		}
		out.Physical = append(out.Physical, p)
	}
	if pattern != "" && len(out.Physical) == 0 {
		return nil, fmt.Errorf("device %s not found", pattern)
	}
	return out, nil
}

func style(a oper.Args) string {
	for _, s := range []string{screen.Terse, screen.Brief, screen.Media, screen.Statistics, screen.Detail, screen.Extensive} {
		if a.Has(s) {
			return s
		}
	}
	if a.Has("descriptions") {
		return screen.Descriptions
	}
	return screen.Normal
}

// matches compares a name with what was typed: nothing, a name, a name with its
// unit, or a pattern with Junos' wildcards.
func matches(pattern, name string) bool {
	if physical, _, ok := inventory.CutUnit(pattern); ok && !strings.Contains(pattern, "*") {
		pattern = physical
	}
	if pattern == "" || pattern == name {
		return true
	}
	// A slash is an ordinary character in a port's name, not a border.
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(name))
	return err == nil && ok
}

func (s snapshot) physical(v engine.PortView) screen.Physical {
	p := screen.Physical{
		Name: v.Port.String(), Admin: screen.UpDown(v.Admin), Oper: screen.UpDown(v.Admin && v.Carrier),
		LocalIndex: uint32(v.Index), SNMPIndex: snmpIndex(s.intent.Device, v.Slot),
	}
	if v.Port.IsFabric() {
		return p
	}
	c := s.configured(v.Port)
	p.Description = c.Description
	if c.Mode == intent.NoMode {
		return p
	}
	l := screen.Logical{Name: unit(v.Port), Admin: p.Admin, Oper: p.Oper}
	family := screen.Family{Name: "eth-switch", Flags: "Is-Primary"}
	if c.Mode == intent.Trunk {
		family.Flags = "Is-Primary, Trunk-Mode"
	}
	l.Family = []screen.Family{family}
	p.Logical = []screen.Logical{l}
	return p
}

// snmpIndex is unique in the fabric and survives restarts: device id and slot.
func snmpIndex(d inventory.DeviceID, s fib.Slot) uint32 { return uint32(d)<<10 + uint32(s) }

func unit(p inventory.Port) string { return p.String() + ".0" }

func (s snapshot) detail(p *screen.Physical, v engine.PortView, c portCounters) {
	p.LinkType, p.Speed, p.MAC = "Ethernet", speed(v.Port), v.MAC.String()
	p.MTU = uint32(v.MTU + 14) // Junos counts the Ethernet header
	if !v.Flapped.IsZero() {
		at := screen.NewMoment(v.Flapped, s.now, "")
		p.Flapped = &report.Quantity{Seconds: at.Ago.Seconds, Text: at.String()}
	}
	t := c.total()
	p.Traffic = &t
}

func (s snapshot) errors(p *screen.Physical, v engine.PortView, c portCounters) {
	p.Errors = &screen.Errors{Errors: c.kernel.InErrors + v.Malformed, Drops: c.plane.Dropped + c.kernel.InDrops, Reason: s.drops}
	t := c.total()
	p.Ethernet = &screen.Ethernet{InputBytes: t.InputBytes, OutputBytes: t.OutputBytes, InputPackets: t.InputPackets, OutputPackets: t.OutputPackets}
	p.OutErrors = &screen.OutError{Carrier: v.Changes, Errors: c.kernel.OutErrors, Drops: c.kernel.OutDrops}
}

func speed(p inventory.Port) string {
	switch p.Kind {
	case inventory.KindGE:
		return "1000mbps"
	case inventory.KindXE:
		return "10Gbps"
	}
	return "40Gbps"
}

// fabricPorts is `show chassis fabric device`: the fabric ports and what they heard.
func (m *Mgmt) fabricPorts(ctx context.Context, _ oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	kind := "Node"
	if m.cfg.Role == inventory.RoleInterconnect {
		kind = "Interconnect"
	}
	out := screen.FabricPorts{}
	for _, v := range s.ports {
		if !v.Port.IsFabric() {
			continue
		}
		out.Port = append(out.Port, screen.FabricPort{
			Device: s.name, Type: kind, Port: v.Port.String(), Admin: screen.UpDown(v.Admin),
			Link: screen.UpDown(v.Admin && v.Carrier && !v.Far.OneWay), Remote: s.memberName(v.Far), RemotePort: v.Far.Port.String(),
		})
	}
	return out, nil
}

// memberName returns the alias of the far end, else what it calls itself.
func (s snapshot) memberName(f engine.FarView) string {
	for _, p := range s.intent.Peers {
		if p.Member == f.Member || (f.Member == "" && f.Device != 0 && p.Device == f.Device) {
			return cmp.Or(p.Name, string(p.Member))
		}
	}
	return string(f.Member)
}

// domains returns the domains of the intent sorted by name.
func (s snapshot) domains() []intent.Domain {
	return slices.SortedFunc(slices.Values(s.intent.Domains), func(a, b intent.Domain) int { return cmp.Compare(a.Name, b.Name) })
}

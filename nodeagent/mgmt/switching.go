package mgmt

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/fib"
)

// membership is one port in one domain.
type membership struct {
	port   engine.PortView
	domain intent.Domain
	tagged bool
	mode   intent.PortMode
}

// members returns which access port is in which domain, in the order of ports and
// domain numbers.
func (s snapshot) members() []membership {
	var out []membership
	for _, v := range s.ports {
		if v.Port.IsFabric() {
			continue
		}
		c := s.configured(v.Port)
		add := func(id inventory.DomainID, tagged bool) {
			i := slices.IndexFunc(s.intent.Domains, func(d intent.Domain) bool { return d.ID == id })
			if i >= 0 {
				out = append(out, membership{v, s.intent.Domains[i], tagged, c.Mode})
			}
		}
		switch {
		case c.Mode == intent.Access:
			add(c.Domains[0], false)
		case c.Mode == intent.Trunk:
			if c.Native != 0 {
				add(c.Native, false)
			}
			for _, id := range c.Domains {
				if id != c.Native {
					add(id, true)
				}
			}
		}
	}
	return out
}

func (p membership) up() bool { return p.port.Admin && p.port.Carrier }

func (p membership) tagging() string {
	if p.tagged {
		return screen.Tagged
	}
	return screen.Untagged
}

// isVLAN compares a domain with what was typed: nothing, a name, or a vlan-id.
func isVLAN(typed string, d intent.Domain) bool {
	return typed == "" || typed == d.Name || (d.Tag != 0 && typed == strconv.Itoa(int(d.Tag)))
}

func (m *Mgmt) vlans(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	members := s.members()
	out := screen.VLANs{Style: c.Args.Level()}
	for _, d := range s.domains() {
		if !isVLAN(c.Args.Value("vlan-name"), d) {
			continue
		}
		v := screen.VLAN{Name: d.Name, Tag: uint16(d.Tag)}
		for _, p := range members {
			if p.domain.ID != d.ID {
				continue
			}
			name := unit(p.port.Port)
			if p.up() {
				name += "*"
			}
			v.Members = append(v.Members, screen.VLANMember{Interface: name, Tagging: p.tagging(), Mode: string(p.mode)})
		}
		out.VLAN = append(out.VLAN, v)
	}
	if name := c.Args.Value("vlan-name"); name != "" && len(out.VLAN) == 0 {
		return nil, fmt.Errorf("vlan with tag or name '%s' does not exist", name)
	}
	return out, nil
}

func (m *Mgmt) switchInterfaces(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	pattern := c.Args.Value("interface-name")
	out := screen.SwitchInterfaces{Style: c.Args.Level()}
	for _, p := range s.members() {
		name := unit(p.port.Port)
		if !matches(pattern, p.port.Port.String()) {
			continue
		}
		if n := len(out.Interface); n == 0 || out.Interface[n-1].Name != name {
			out.Interface = append(out.Interface, screen.SwitchInterface{Name: name, State: screen.UpDown(p.up()), Mode: string(p.mode),
				Index: snmpIndex(s.intent.Device, p.port.Slot), MACs: p.port.MACs})
		}
		last := &out.Interface[len(out.Interface)-1]
		last.Members = append(last.Members, screen.SwitchMember{
			VLAN: p.domain.Name, Tag: uint16(p.domain.Tag), Tagging: p.tagging(), Blocking: screen.Unblocked,
		})
	}
	if pattern != "" && len(out.Interface) == 0 {
		return nil, fmt.Errorf("interface %s not found", pattern)
	}
	return out, nil
}

func (m *Mgmt) macTable(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, true)
	if err != nil {
		return nil, err
	}
	ages := make(map[fib.MACKey]time.Duration, len(s.idle))
	for _, i := range s.idle {
		ages[i.Key] = i.Idle
	}
	port := c.Args.Value("interface-name")
	if err := s.named(port, c.Args.Value("vlan")); err != nil {
		return nil, err
	}
	out := screen.MACTable{}
	out.Table.Style = c.Args.Level()
	domains := map[inventory.DomainID]intent.Domain{}
	for _, d := range s.intent.Domains {
		if !isVLAN(c.Args.Value("vlan"), d) {
			continue
		}
		domains[d.ID] = d
		if port == "" {
			out.Table.Entry = append(out.Table.Entry, screen.MACEntry{
				VLAN: d.Name, Tag: uint16(d.Tag), Address: "*", Type: screen.Flood, Age: "-", Interface: screen.AllMembers,
			})
		}
	}
	for _, v := range s.macs {
		domain, shown := domains[v.Key.Domain]
		if !shown || (port != "" && (v.Port == inventory.Port{} || !matches(port, v.Port.String()))) {
			continue
		}
		out.Table.Entry = append(out.Table.Entry, s.macEntry(v, domain, ages))
	}
	out.Sort()
	out.SortBy(c.Args.Value("sort-by"))
	return out, nil
}

// named refuses a port and a VLAN that are not here; empty is none.
func (s snapshot) named(port, vlan string) error {
	if port != "" && !slices.ContainsFunc(s.ports, func(v engine.PortView) bool { return matches(port, v.Port.String()) }) {
		return fmt.Errorf("interface %s not found", port)
	}
	if vlan != "" && !slices.ContainsFunc(s.intent.Domains, func(d intent.Domain) bool { return isVLAN(vlan, d) }) {
		return fmt.Errorf("vlan with tag or name '%s' does not exist", vlan)
	}
	return nil
}

func (s snapshot) macEntry(v engine.MACView, vlan intent.Domain, ages map[fib.MACKey]time.Duration) screen.MACEntry {
	e := screen.MACEntry{VLAN: vlan.Name, Tag: uint16(vlan.Tag), Address: v.Key.MAC.String(), Type: screen.Learn, Age: "-", Label: uint32(v.Label), Seq: v.Seq}
	if v.Device == 0 {
		e.Interface = unit(v.Port)
		if age, ok := ages[v.Key]; ok {
			e.Age = macAge(age)
		}
		if v.Static {
			e.Type = screen.Static
		}
		return e
	}
	e.Type = screen.Remote
	e.Node = s.memberName(engine.FarView{Device: v.Device})
	e.Interface = cmp.Or(e.Node, fmt.Sprintf("device %d", v.Device))
	return e
}

// macAge prints the silence of an address as Junos does: minutes and seconds.
func macAge(d time.Duration) string {
	s := int(d.Seconds())
	if s < 60 {
		return strconv.Itoa(s)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// clearTable forgets learned addresses: all, or those of a port, a VLAN, or one.
func (m *Mgmt) clearTable(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, true)
	if err != nil {
		return nil, err
	}
	wanted := map[inventory.DomainID]bool{}
	for _, d := range s.intent.Domains {
		wanted[d.ID] = isVLAN(c.Args.Value("vlan"), d)
	}
	var mac inventory.MAC
	if typed := c.Args.Value("mac"); typed != "" {
		if mac, err = inventory.ParseMAC(typed); err != nil {
			return nil, err
		}
	}
	var keys engine.Clear
	for _, v := range s.macs {
		local := v.Device == 0 && matches(c.Args.Value("interface-name"), v.Port.String())
		if local && wanted[v.Key.Domain] && (mac.IsZero() || mac == v.Key.MAC) {
			keys.Keys = append(keys.Keys, v.Key)
		}
	}
	return nil, m.cfg.Member.Clear(ctx, keys)
}

func (m *Mgmt) domainMap(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	out := screen.DomainMap{}
	for _, d := range s.domains() {
		if isVLAN(c.Args.Value("vlan"), d) {
			out.Entry = append(out.Entry, screen.DomainEntry{Name: d.Name, Tag: uint16(d.Tag), Domain: uint32(d.ID), IFL: "-", L3: "-"})
		}
	}
	return out, nil
}

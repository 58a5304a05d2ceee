package ops

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// without returns the arguments but for some names.
func without(args oper.Args, names ...string) oper.Args {
	return slices.DeleteFunc(slices.Clone(args), func(a oper.Arg) bool { return slices.Contains(names, a.Name) })
}

// vlans is `show vlans`: every configured VLAN, with the ports of all nodes.
func (o *Operations) vlans(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	name := c.Args.Value("vlan-name")
	parts, missing := ask[screen.VLANs](ctx, o, v.roles(inventory.RoleNode), request(c.RPC, without(c.Args, "vlan-name")))
	out := screen.VLANs{Style: c.Args.Level()}
	for _, vlan := range v.VLANs {
		out.VLAN = append(out.VLAN, screen.VLAN{Name: vlan.Name, Tag: uint16(vlan.Tag), Description: vlan.Description})
	}
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		out.Join(p.Report)
	}
	if name != "" {
		out.VLAN = slices.DeleteFunc(out.VLAN, func(x screen.VLAN) bool {
			return x.Name != name && strconv.Itoa(int(x.Tag)) != name
		})
		if len(out.VLAN) == 0 {
			return nil, fmt.Errorf("vlan with tag or name '%s' does not exist", name)
		}
	}
	for _, x := range out.VLAN {
		slices.SortFunc(x.Members, func(a, b screen.VLANMember) int { return conf.Natural(a.Interface, b.Interface) })
	}
	return withMissing(out, missing), nil
}

// macTable is `show ethernet-switching table`: every host once, at the port of the
// node that learned it.
func (o *Operations) macTable(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	port, members, args := c.Args.Value("interface-name"), v.roles(inventory.RoleNode), without(c.Args, "interface-name", "vlan")
	if port != "" && !isPattern(port) { // whoever has it says so
		var inner string
		members, inner = o.targets(port)
		args = append(args, oper.Arg{Name: "interface-name", Value: inner})
	}
	parts, missing := ask[screen.MACTable](ctx, o, members, request(c.RPC, args))
	if port != "" && len(parts)+len(missing) == 0 {
		return nil, fmt.Errorf("interface %s not found", port)
	}
	out := screen.MACTable{Table: screen.MACCounts{Style: c.Args.Level()}}
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		out.Join(p.Report)
	}
	if vlan := c.Args.Value("vlan"); vlan != "" {
		name, ok := v.vlan(vlan)
		if !ok {
			return nil, fmt.Errorf("vlan with tag or name '%s' does not exist", vlan)
		}
		out.Table.Entry = slices.DeleteFunc(out.Table.Entry, func(e screen.MACEntry) bool { return e.VLAN != name })
	}
	if port != "" {
		out.Table.Entry = slices.DeleteFunc(out.Table.Entry, func(e screen.MACEntry) bool { return !matchesUnit(port, e.Interface) })
	}
	out.Sort()
	out.SortBy(c.Args.Value("sort-by"))
	return withMissing(out, missing), nil
}

// matchesUnit matches a port or unit name against the name of a unit.
func matchesUnit(pattern, unit string) bool {
	physical, _, _ := inventory.CutUnit(unit)
	return matches(pattern, unit) || matches(pattern, physical)
}

func (v View) vlan(nameOrTag string) (string, bool) {
	for _, x := range v.VLANs {
		if x.Name == nameOrTag || x.Tag != 0 && strconv.Itoa(int(x.Tag)) == nameOrTag {
			return x.Name, true
		}
	}
	return "", false
}

// switchInterfaces is `show ethernet-switching interfaces`.
func (o *Operations) switchInterfaces(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	parts, missing := ask[screen.SwitchInterfaces](ctx, o, v.roles(inventory.RoleNode), request(c.RPC, without(c.Args, "interface-name")))
	out := screen.SwitchInterfaces{Style: c.Args.Level()}
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		out.Join(p.Report)
	}
	if port := c.Args.Value("interface-name"); port != "" {
		out.Interface = slices.DeleteFunc(out.Interface, func(i screen.SwitchInterface) bool { return !matchesUnit(port, i.Name) })
		if len(out.Interface) == 0 && len(missing) == 0 {
			return nil, fmt.Errorf("interface %s not found", port)
		}
	}
	slices.SortStableFunc(out.Interface, func(a, b screen.SwitchInterface) int { return conf.Natural(a.Name, b.Name) })
	return withMissing(out, missing), nil
}

// clearTable forgets learned addresses, on the node of the interface that is named
// or on all nodes.
func (o *Operations) clearTable(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	members, args := v.roles(inventory.RoleNode), slices.Clone(c.Args)
	if vlan := c.Args.Value("vlan"); vlan != "" {
		if _, ok := v.vlan(vlan); !ok {
			return nil, fmt.Errorf("vlan with tag or name '%s' does not exist", vlan)
		}
	}
	if name := c.Args.Value("interface-name"); name != "" {
		var inner string
		if members, inner = o.targets(name); len(members) == 0 {
			return nil, fmt.Errorf("interface %s not found", name)
		}
		args = append(without(args, "interface-name"), oper.Arg{Name: "interface-name", Value: inner})
	}
	_, missing := ask[struct{}](ctx, o, members, request(c.RPC, args))
	if len(missing) > 0 {
		return report.Message{Line: strings.Join(missing, "; ")}, nil
	}
	return nil, nil // Junos says nothing when it succeeds
}

// lldpNeighbors is `show lldp neighbors`, fabric links included.
func (o *Operations) lldpNeighbors(ctx context.Context, c oper.Call) (report.Report, error) {
	return o.lldp(ctx, c, o.fabric.View().roles(inventory.RoleNode, inventory.RoleInterconnect), c.Args)
}

// lldpOfInterface is `show lldp neighbors interface NAME`.
func (o *Operations) lldpOfInterface(ctx context.Context, c oper.Call) (report.Report, error) {
	name := c.Args.Value("interface-device")
	members, inner := o.targets(name)
	if len(members) == 0 {
		return nil, fmt.Errorf("interface %s not found", name)
	}
	return o.lldp(ctx, c, members, append(without(c.Args, "interface-device"), oper.Arg{Name: "interface-device", Value: inner}))
}

func (o *Operations) lldp(ctx context.Context, c oper.Call, members []inventory.Member, args oper.Args) (report.Report, error) {
	parts, missing := ask[screen.LLDPNeighbors](ctx, o, members, request(c.RPC, args))
	out := screen.LLDPNeighbors{}
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		out.Style = p.Report.Style
		out.Join(p.Report)
	}
	slices.SortStableFunc(out.Neighbor, func(a, b screen.LLDPNeighbor) int { return conf.Natural(a.Interface, b.Interface) })
	return withMissing(out, missing), nil
}

package ops

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// interfaces is `show interfaces` over all members. The name may be a pattern, on
// the whole name or on the part behind the colon (trap 12).
func (o *Operations) interfaces(ctx context.Context, c oper.Call) (report.Report, error) {
	if c.Args.Has("routing-instance") { // PyEZ looks for internal addresses; there are none to show
		return screen.Interfaces{Style: screen.Terse}, nil
	}
	name := c.Args.Value("interface-name")
	members, inner := o.targets(name)
	args := slices.DeleteFunc(slices.Clone(c.Args), func(a oper.Arg) bool { return a.Name == "interface-name" })
	if exact := inner != "" && !isPattern(inner); exact {
		physical, _, _ := inventory.CutUnit(inner)
		args = append(args, oper.Arg{Name: "interface-name", Value: physical})
	}
	parts, missing := ask[screen.Interfaces](ctx, o, members, request(c.RPC, args))
	out := screen.Interfaces{}
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		out.Style = p.Report.Style
		out.Join(p.Report)
	}
	out.Physical = slices.DeleteFunc(out.Physical, func(p screen.Physical) bool { return !shown(p, name) })
	slices.SortStableFunc(out.Physical, func(a, b screen.Physical) int { return conf.Natural(a.Name, b.Name) })
	if len(out.Physical) == 0 && name != "" && len(missing) == 0 {
		return nil, fmt.Errorf("device %s not found", name)
	}
	return withMissing(out, missing), nil
}

// shown decides about one port. Without a name fabric links are left out: they are
// no ports of the one switch (QF-REF 3.6).
func shown(p screen.Physical, name string) bool {
	if name == "" {
		_, port, _ := strings.Cut(p.Name, ":")
		return !strings.HasPrefix(port, string(inventory.KindFTE)+"-")
	}
	if matches(name, p.Name) {
		return true
	}
	return slices.ContainsFunc(p.Logical, func(l screen.Logical) bool { return matches(name, l.Name) })
}

func isPattern(s string) bool { return strings.ContainsAny(s, "*?[") }

// matches compares a name or a Junos glob with a prefixed interface name. A slash
// is an ordinary character in a glob of Junos, so it is hidden from path.Match.
func matches(pattern, name string) bool {
	hide := strings.NewReplacer("/", "\x00")
	for _, candidate := range []string{name, name[strings.IndexByte(name, ':')+1:]} {
		if pattern == candidate {
			return true
		}
		if ok, err := path.Match(hide.Replace(pattern), hide.Replace(candidate)); err == nil && ok {
			return true
		}
	}
	return false
}

// targets returns the members that an interface name can be about, and what of it
// stands behind the colon.
func (o *Operations) targets(name string) (members []inventory.Member, inner string) {
	v := o.fabric.View()
	owner, inner, prefixed := strings.Cut(name, ":")
	if !prefixed {
		inner, owner = owner, ""
	}
	for _, m := range v.roles(inventory.RoleNode, inventory.RoleInterconnect) {
		switch {
		case owner == "" && (m.Role == inventory.RoleNode || strings.Contains(inner, "fte")),
			m.Name() == owner, string(m.ID) == owner:
			members = append(members, m)
		case isPattern(owner):
			if ok, err := path.Match(owner, m.Name()); err == nil && ok {
				members = append(members, m)
			}
		}
	}
	return members, inner
}

package ops

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Release and Model are what the fabric tells about itself (northbound.md 3.2).
const (
	Release = rpc.Release
	Model   = "qfx3000-g"
)

func (o *Operations) version(ctx context.Context, c oper.Call) (report.Report, error) {
	name := c.Args.Value("component")
	if name == "" {
		return screen.NewVersion(o.fabric.View().HostName, Model, Release, Release), nil
	}
	return o.over(ctx, selection{name: name}, oper.Call{RPC: c.RPC, Args: without(c.Args, "component"), Peer: c.Peer})
}

// selection is which components a command is about.
type selection struct {
	kind string // the selector as typed: node-device, infrastructure, ...; empty: any
	name string // empty: none was named
}

// allComponents is the name that means every component.
const allComponents = "all"

// selected reads the selectors that QFabric appends to commands of one switch
// (QF-REF 3.1) and returns the arguments without them.
func selected(args oper.Args) (selection, oper.Args) {
	kinds := []string{"node-device", "interconnect-device", "node-group", "infrastructure", "director-device"}
	rest := without(args, append(kinds, allComponents)...)
	if args.Has(allComponents) {
		return selection{name: allComponents}, rest
	}
	for _, k := range kinds {
		if name := args.Value(k); name != "" {
			return selection{kind: k, name: name}, rest
		}
	}
	return selection{}, rest
}

// over carries a command out on the components that are selected and shows their
// answers under their names.
func (o *Operations) over(ctx context.Context, s selection, c oper.Call) (report.Report, error) {
	members, err := o.fabric.View().pick(s)
	if err != nil {
		return nil, err
	}
	return o.perComponent(ctx, c, members)
}

// pick returns the components of a selection, directors first.
func (v View) pick(s selection) ([]inventory.Member, error) {
	choice := v.choice(s.kind)
	if s.name == allComponents {
		return choice, nil
	}
	if s.kind == "node-group" {
		for _, g := range v.nodeGroups() {
			if g.Name == s.name {
				return v.membersOf(g), nil
			}
		}
		return nil, notFound("node group", s.name, v.groupNames())
	}
	name := strings.TrimSuffix(s.name, controlBoard)
	if name == FabricManager || name == DiagnosticEngine {
		name = v.Leader
	}
	if found := named(choice, name); len(found) > 0 {
		return found, nil
	}
	what := strings.ReplaceAll(s.kind, "-", " ")
	if what == "" {
		what = "component"
	}
	return nil, notFound(what, s.name, memberNamesOf(choice))
}

// choice returns the components that a selector can name.
func (v View) choice(kind string) []inventory.Member {
	switch kind {
	case "node-device":
		return v.roles(inventory.RoleNode)
	case "interconnect-device":
		return v.roles(inventory.RoleInterconnect)
	case "infrastructure":
		return append(slices.Clone(v.Directors), v.roles(inventory.RoleFabricControl)...)
	case "director-device":
		return v.Directors
	}
	return append(slices.Clone(v.Directors), v.roles(inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl)...)
}

func (v View) membersOf(g inventory.NodeGroup) []inventory.Member {
	var out []inventory.Member
	for _, id := range g.Members {
		out = append(out, v.member(id))
	}
	return out
}

func (v View) groupNames() []string {
	var out []string
	for _, g := range v.nodeGroups() {
		out = append(out, g.Name)
	}
	return out
}

func memberNamesOf(members []inventory.Member) []string {
	var out []string
	for _, m := range members {
		out = append(out, m.Name())
	}
	return out
}

// maxNamed bounds how many names a refusal lists.
const maxNamed = 16

// notFound is the refusal of a name, with those that exist.
func notFound(what, name string, have []string) error {
	have = slices.SortedFunc(slices.Values(have), conf.Natural)
	switch {
	case len(have) == 0:
		return fmt.Errorf("%s %s not found", what, name)
	case len(have) > maxNamed:
		have = append(have[:maxNamed:maxNamed], "...")
	}
	return fmt.Errorf("%s %s not found; there are: %s", what, name, strings.Join(have, ", "))
}

func (o *Operations) uptime(ctx context.Context, c oper.Call) (report.Report, error) {
	now, v := o.clock.Now(), o.fabric.View()
	r := screen.Uptime{Now: report.At(now), Source: screen.LocalClock, Booted: screen.NewMoment(v.Own.Vitals.Booted, now, ""),
		Started: screen.NewMoment(v.Started, now, ""), Load: screen.NewLoad(now, v.Own.Vitals.Booted, len(o.desk.Logins()), v.Own.Vitals.Load)}
	if commits, err := o.fabric.Commits(ctx, 1); err == nil && len(commits) > 0 {
		r.Changed = screen.NewMoment(commits[0].At, now, commits[0].User)
	}
	return o.selected(ctx, c, r)
}

// selected returns the director's own answer, or those of the components that the
// call selects.
func (o *Operations) selected(ctx context.Context, c oper.Call, own report.Report) (report.Report, error) {
	s, rest := selected(c.Args)
	if s.name == "" {
		return own, nil
	}
	return o.over(ctx, s, oper.Call{RPC: c.RPC, Args: rest, Peer: c.Peer})
}

func (o *Operations) processes(ctx context.Context, c oper.Call) (report.Report, error) {
	return o.selected(ctx, c, o.fabric.View().Own.Vitals.Screen(c.Args.Level(), o.clock.Now()))
}

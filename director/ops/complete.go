package ops

import (
	"context"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Kinds of component, exactly as `request component login ?` prints them (QF-REF 3.3).
const (
	kindDiagnostic    = "Diagnostic routing engine"
	kindInterconnect  = "Interconnect device control board"
	kindFabricControl = "Fabric control"
	kindManager       = "Fabric manager"
	kindGroup         = "Node group"
	kindNode          = "Node device"
	kindDirector      = "Director device" // ours: QFabric reaches its Directors by other ways
)

// sourceSerials are the serial numbers of members: what gets an alias.
const sourceSerials = "serials"

// Complete returns the live names of a source that begin with prefix, in natural
// order.
func (o *Operations) Complete(ctx context.Context, source, prefix string) []rpc.Name {
	v := o.fabric.View()
	var out []rpc.Name
	switch source {
	case schema.SourcePorts:
		out = o.ports(ctx, prefix, false)
	case schema.SourceUnits:
		out = o.ports(ctx, prefix, true)
	case schema.SourceMembers:
		for _, m := range v.roles(inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl) {
			out = append(out, rpc.Name{Name: m.Name(), Help: kind(m.Role)})
		}
	case sourceSerials:
		for _, m := range slices.Concat(v.roles(inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl), v.Missing) {
			out = append(out, rpc.Name{Name: string(m.ID), Help: strings.TrimSpace(kind(m.Role) + " " + m.Alias)})
		}
	case schema.SourceNodes:
		out = memberNames(append(v.roles(inventory.RoleNode), missingOf(v, inventory.RoleNode)...))
	case "interconnects":
		out = memberNames(v.roles(inventory.RoleInterconnect))
	case schema.SourceComponents:
		out = slices.DeleteFunc(v.components(), func(n rpc.Name) bool {
			_, _, ok := v.Resolve(n.Name)
			return n.Help == kindGroup && !ok // none of its nodes is there to log in to
		})
	case schema.SourceNodeGroups:
		for _, g := range v.nodeGroups() {
			out = append(out, rpc.Name{Name: g.Name, Help: kindGroup})
		}
	case "infrastructure":
		for _, c := range v.components() {
			if c.Help != kindNode && c.Help != kindInterconnect && (c.Help != kindGroup || c.Name == inventory.NetworkNodeGroup) {
				out = append(out, c)
			}
		}
	case schema.SourceTables:
		out = names(tables(), "")
	case "directors":
		out = names(memberNamesOf(v.Directors), kindDirector)
	case sourceUsers, sourceTerminals, sourceProcesses:
		out = o.loginNames(source)
	case "logs":
		if files, err := o.logs.List(); err == nil {
			for _, f := range files {
				out = append(out, rpc.Name{Name: f.Name})
			}
		}
	case schema.SourceVLANs:
		for _, x := range v.VLANs {
			out = append(out, rpc.Name{Name: x.Name})
		}
	}
	out = slices.DeleteFunc(out, func(n rpc.Name) bool { return !strings.HasPrefix(n.Name, prefix) })
	slices.SortStableFunc(out, func(a, b rpc.Name) int { return conf.Natural(a.Name, b.Name) })
	return slices.CompactFunc(out, func(a, b rpc.Name) bool { return a.Name == b.Name })
}

func kind(r inventory.Role) string {
	switch r {
	case inventory.RoleNode:
		return kindNode
	case inventory.RoleInterconnect:
		return "Interconnect device"
	case inventory.RoleFabricControl:
		return kindFabricControl
	}
	return ""
}

func memberNames(members []inventory.Member) []rpc.Name {
	var out []rpc.Name
	for _, m := range members {
		help := ""
		if m.Alias != "" {
			help = string(m.ID)
		}
		out = append(out, rpc.Name{Name: m.Name(), Help: help})
	}
	return out
}

func missingOf(v View, role inventory.Role) []inventory.Member {
	return slices.DeleteFunc(slices.Clone(v.Missing), func(m inventory.Member) bool { return m.Role != role })
}

// components is what one can log in to: virtual components, interconnects per
// control board, node groups and their nodes. A server node group that is named
// like its node is listed once, as the node.
func (v View) components() []rpc.Name {
	out := append(names(memberNamesOf(v.Directors), kindDirector), rpc.Name{Name: DiagnosticEngine, Help: kindDiagnostic}, rpc.Name{Name: FabricManager, Help: kindManager})
	for _, m := range v.Members.Members() {
		switch m.Role {
		case inventory.RoleFabricControl:
			out = append(out, rpc.Name{Name: m.Name(), Help: kindFabricControl})
		case inventory.RoleInterconnect:
			out = append(out, rpc.Name{Name: m.Name() + controlBoard, Help: kindInterconnect})
		case inventory.RoleNode:
			out = append(out, rpc.Name{Name: m.Name(), Help: kindNode})
		}
	}
	for _, g := range v.nodeGroups() {
		_, isNode := v.Members.Named(g.Name)
		absent := slices.ContainsFunc(v.Missing, func(m inventory.Member) bool { return m.Name() == g.Name })
		if !isNode && !absent {
			out = append(out, rpc.Name{Name: g.Name, Help: kindGroup})
		}
	}
	return out
}

// controlBoard is the suffix of the one control board of an interconnect.
const controlBoard = "/RE0"

// Resolve finds the member behind the name of a component: the member itself, an
// interconnect's control board, or the first connected node of a node group. local
// is true for the virtual components that the leading director is itself.
func (v View) Resolve(name string) (m inventory.Member, local, ok bool) {
	if name == FabricManager || name == DiagnosticEngine {
		return m, true, true
	}
	if m, ok = v.Members.Named(strings.TrimSuffix(name, controlBoard)); ok {
		return m, false, true
	}
	for _, g := range v.nodeGroups() {
		if g.Name != name {
			continue
		}
		for _, id := range g.Members {
			if v.Standing[id].Connected {
				m, ok = v.Members.Member(id)
				return m, false, ok
			}
		}
	}
	return m, false, false
}

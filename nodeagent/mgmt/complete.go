package mgmt

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Complete returns the names of a source that begin with prefix. A source that a
// member does not know has no names.
func (m *Mgmt) Complete(ctx context.Context, source, prefix string) ([]rpc.Name, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	var all []rpc.Name
	switch source {
	case "ports", "units":
		for _, v := range s.ports {
			name := v.Port.String()
			if source == "units" {
				name = unit(v.Port)
			}
			all = append(all, rpc.Name{Name: name, Help: s.configured(v.Port).Description})
		}
	case "vlans":
		for _, d := range s.domains() {
			help := "VLAN without vlan-id"
			if d.Tag != 0 {
				help = "VLAN " + strconv.Itoa(int(d.Tag))
			}
			all = append(all, rpc.Name{Name: d.Name, Help: help})
		}
	case "tables":
		for _, f := range route.Families() {
			all = append(all, rpc.Name{Name: f.Table(), Help: "Table of fabric control"})
		}
	case "members", "nodes", "interconnects":
		for _, p := range s.intent.Peers {
			wanted := source == "members" || (source == "nodes") == (p.Role == inventory.RoleNode)
			if wanted {
				all = append(all, rpc.Name{Name: cmp.Or(p.Name, string(p.Member)), Help: help(p.Role)})
			}
		}
	}
	return slices.DeleteFunc(all, func(n rpc.Name) bool { return !strings.HasPrefix(n.Name, prefix) }), nil
}

func help(r inventory.Role) string {
	if r == inventory.RoleInterconnect {
		return "Interconnect device"
	}
	return "Node device"
}

package compile

import (
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// switching fills in the ports of a node and the domains that they need. The
// domain of VLAN default is always there: ports that nobody configured are in it.
func (f *fabric) switching(in *intent.Intent) {
	used := map[inventory.DomainID]bool{}
	add := func(vlan, path string) (inventory.DomainID, bool) {
		d, ok := f.domains[vlan]
		if !ok {
			f.problem(path, "vlan %s is not defined", vlan)
			return 0, false
		}
		if !used[d.ID] {
			used[d.ID] = true
			in.Domains = append(in.Domains, d)
		}
		return d.ID, true
	}
	if _, ok := f.domains[settings.DefaultVLAN]; ok {
		add(settings.DefaultVLAN, "")
	} else { // a configuration without it still has ports as shipped
		used[defaultDomain] = true
		in.Domains = append(in.Domains, intent.Domain{ID: defaultDomain, Name: settings.DefaultVLAN})
	}
	limit := int(inventory.PortLabelLast-inventory.PortLabelFirst) + 1
	for n, i := range f.ports[in.Member] {
		if n == limit {
			f.problem(i.Path, "%d ports are configured on %s of %d", len(f.ports[in.Member]), in.Name, limit)
			return
		}
		p := intent.Port{Port: i.Name.Port, Description: i.Description, Disable: i.Disable, MTU: i.MTU,
			Mode: portMode(i.Mode), Origin: i.Path}
		for _, name := range i.VLANs {
			if id, ok := add(name, i.Path); ok {
				p.Domains = append(p.Domains, id)
			}
		}
		if i.Native != "" {
			p.Native, _ = add(i.Native, i.Path)
		}
		in.Ports = append(in.Ports, p)
	}
}

func portMode(m settings.Mode) intent.PortMode {
	switch m {
	case settings.Access:
		return intent.Access
	case settings.Trunk:
		return intent.Trunk
	default:
		return intent.NoMode
	}
}

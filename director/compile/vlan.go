package compile

import (
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// defaultDomain is the domain of VLAN default. It is fixed, because a port that no
// intent mentions is in it (as shipped), whatever vlan-id the user gives the VLAN.
const defaultDomain inventory.DomainID = 1

// number gives every VLAN its domain: the vlan-id, or the number that the directors
// keep for a VLAN without one. Two VLANs never share a domain.
func (f *fabric) number(known inventory.Snapshot) {
	taken := make(map[inventory.DomainID]string, len(f.settings.VLANs))
	for _, v := range f.settings.VLANs {
		d := intent.Domain{ID: inventory.DomainID(v.ID), Name: v.Name, Tag: v.ID}
		switch {
		case v.Name == settings.DefaultVLAN:
			d.ID = defaultDomain
		case v.ID == 0:
			id, ok := known.Domain(v.Name)
			if !ok {
				f.problem(v.Path, "vlan %s has no number yet", v.Name)
				continue
			}
			d.ID = id
		}
		if other, ok := taken[d.ID]; ok {
			f.problem(v.Path, "vlan-id %d is that of vlan %s", d.ID, other)
			continue
		}
		taken[d.ID] = v.Name
		f.domains[v.Name] = d
	}
}

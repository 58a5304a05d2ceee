package settings

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// defaultVLANID is the vlan-id of VLAN default as shipped.
const defaultVLANID inventory.VLANID = 1

// vlans reads the VLANs and makes sure that names and numbers are one to one.
func (r *reader) vlans(n *conf.Node) {
	r.byName = make(map[string]VLAN)
	r.byID = make(map[inventory.VLANID]string)
	if n.Entry("vlan", DefaultVLAN) == nil {
		r.vlan(VLAN{Name: DefaultVLAN, ID: defaultVLANID, Path: "vlans " + DefaultVLAN})
	}
	for e := range n.Entries("vlan") {
		v := VLAN{Name: e.Value(), Path: string(place("vlans").in(e.Value()))}
		v.Description, _ = e.Leaf("description")
		v.L3Interface, _ = e.Leaf("l3-interface")
		if v.Name == DefaultVLAN {
			v.ID = defaultVLANID
		}
		if id, ok := e.Leaf("vlan-id"); ok {
			v.ID, _ = inventory.ParseVLANID(id) // the schema has checked it
		}
		if v.Name == "all" {
			r.fail("vlans", v.Name, "'all' stands for every vlan and cannot be the name of one")
			continue
		}
		r.vlan(v)
	}
	slices.SortFunc(r.out.VLANs, func(a, b VLAN) int { return conf.Natural(a.Name, b.Name) })
}

func (r *reader) vlan(v VLAN) {
	if other, taken := r.byID[v.ID]; taken && v.ID != 0 {
		r.fail(place(v.Path), "vlan-id "+strconv.Itoa(int(v.ID)), "vlan-id %d is already that of vlan '%s'", v.ID, other)
		return
	}
	if v.ID != 0 {
		r.byID[v.ID] = v.Name
	}
	r.byName[v.Name] = v
	r.out.VLANs = append(r.out.VLANs, v)
}

// members resolves one word of `vlan members`: a name, a vlan-id, a range of them,
// or all. What does not exist is an error, except inside a range, which stands for
// those that do.
func (r *reader) members(at place, n *conf.Node) []string {
	word := n.Value()
	if v, ok := r.byName[word]; ok {
		return []string{v.Name}
	}
	from, to, isRange := strings.Cut(word, "-")
	first, err := inventory.ParseVLANID(from)
	if word != "all" && err != nil {
		r.fail(at, statement(n), "vlan '%s' is not defined", word)
		return nil
	}
	if word != "all" && !isRange {
		name, ok := r.byID[first]
		if !ok {
			r.fail(at, statement(n), "vlan with vlan-id %d is not defined", first)
			return nil
		}
		return []string{name}
	}
	last := inventory.MaxVLANID
	if word == "all" {
		first = 1
	} else if last, err = inventory.ParseVLANID(to); err != nil || last < first {
		r.fail(at, statement(n), "'%s' is not a range of vlan-ids", word)
		return nil
	}
	var out []string
	for _, v := range r.out.VLANs {
		if v.ID >= first && v.ID <= last {
			out = append(out, v.Name)
		}
	}
	if len(out) == 0 {
		r.warn(at, statement(n), "no vlan with a vlan-id of %s is defined", word)
	}
	return out
}

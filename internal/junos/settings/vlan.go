package settings

import (
	"slices"
	"strconv"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// defaultVLANID is the vlan-id of VLAN default as shipped.
const defaultVLANID inventory.VLANID = 1

// vlanTable is what `vlans` says.
type vlanTable struct {
	all      []VLAN // in natural order of their names
	byName   map[string]namedVLAN
	byID     map[inventory.VLANID]string
	sides    []vlanSide
	problems []conf.Problem
}

// namedVLAN is a VLAN with its name as the list that one word of members stands for.
type namedVLAN struct {
	VLAN
	names []string
}

// vlanSide is `vlans NAME interface PORT`.
type vlanSide struct {
	at   place
	node *conf.Node
	vlan string
}

// readVLANs reads the VLANs and makes sure that names and numbers are one to one.
func (r *reader) readVLANs(n *conf.Node) {
	r.vlans = r.memory.vlans.find(n, func() *vlanTable { return newVLANs(n) })
	r.out.VLANs = r.vlans.all
	for _, p := range r.vlans.problems {
		r.problems.add(p)
	}
}

func newVLANs(n *conf.Node) *vlanTable {
	t := &vlanTable{byName: make(map[string]namedVLAN), byID: make(map[inventory.VLANID]string)}
	if n.Entry("vlan", DefaultVLAN) == nil {
		t.add(VLAN{Name: DefaultVLAN, ID: defaultVLANID, Path: "vlans " + DefaultVLAN})
	}
	routed := make(map[string]string)
	for e := range n.Entries("vlan") {
		t.entry(e, routed)
	}
	slices.SortFunc(t.all, func(a, b VLAN) int { return conf.Natural(a.Name, b.Name) })
	return t
}

// entry reads one VLAN. routed says which VLAN a routed interface belongs to.
func (t *vlanTable) entry(e *conf.Node, routed map[string]string) {
	v := VLAN{Name: e.Value(), Path: "vlans " + conf.Quote(e.Value())}
	if v.Name == "all" {
		t.problems = append(t.problems, wrong("vlans", v.Name, "'all' stands for every vlan and cannot be the name of one"))
		return
	}
	v.Description, _ = e.Leaf("description")
	v.L3Interface, _ = e.Leaf("l3-interface")
	if v.Name == DefaultVLAN {
		v.ID = defaultVLANID
	}
	if id, ok := e.Leaf("vlan-id"); ok {
		v.ID, _ = inventory.ParseVLANID(id) // the schema has checked it
	}
	t.add(v)
	if other, taken := routed[v.L3Interface]; taken {
		t.problems = append(t.problems, wrong(place(v.Path), "l3-interface "+v.L3Interface, "%s is already the layer 3 interface of vlan '%s'", v.L3Interface, other))
	} else if v.L3Interface != "" {
		routed[v.L3Interface] = v.Name
	}
	for i := range e.Entries("interface") {
		t.sides = append(t.sides, vlanSide{place(v.Path), i, v.Name})
	}
}

// add takes one VLAN in. It exists even when its vlan-id is refused, so that nothing
// else is said to be wrong for that.
func (t *vlanTable) add(v VLAN) {
	t.byName[v.Name] = namedVLAN{v, []string{v.Name}}
	t.all = append(t.all, v)
	if v.ID == 0 {
		return
	}
	if other, taken := t.byID[v.ID]; taken {
		t.problems = append(t.problems, wrong(place(v.Path), "vlan-id "+strconv.Itoa(int(v.ID)), "vlan-id %d is already that of vlan '%s'", v.ID, other))
		return
	}
	t.byID[v.ID] = v.Name
}

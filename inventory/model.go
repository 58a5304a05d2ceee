package inventory

import (
	"fmt"
	"strings"
)

// Model is what is known of a hardware model: its access ports. Fabric links are not
// configured one by one, so they are not counted here.
type Model struct {
	Name  string
	Ports []PortRange
}

// PortRange is a row of access ports that differ in their last number.
type PortRange struct {
	First Port
	Last  uint16 // number of the last one
}

// LookupModel returns the model that a member reported. Of a model that is not known,
// any port may exist.
func LookupModel(name string) (Model, bool) {
	switch name {
	case "OSX-48X4F": // 48 access ports of 10G and 4 fabric links, as a QFX3500 (QF-REF 1.2)
		return Model{name, []PortRange{{Port{Kind: KindXE}, 47}}}, true
	}
	return Model{}, false
}

// Has reports whether the model has an access port. A 10G port takes a 1G module and
// is called by that then.
func (m Model) Has(p Port) bool {
	if p.Kind == KindGE {
		p.Kind = KindXE
	}
	for _, r := range m.Ports {
		first := r.First
		first.Num = p.Num
		if first == p && p.Num >= r.First.Num && p.Num <= r.Last {
			return true
		}
	}
	return false
}

// String names the ports, as in xe-0/0/0 to xe-0/0/47.
func (m Model) String() string {
	rows := make([]string, 0, len(m.Ports))
	for _, r := range m.Ports {
		last := r.First
		last.Num = r.Last
		rows = append(rows, fmt.Sprintf("%s to %s", r.First, last))
	}
	return strings.Join(rows, " and ")
}

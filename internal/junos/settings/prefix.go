package settings

import (
	"net/netip"
	"slices"

	"oneswitch/internal/junos/conf"
)

// PrefixList is one `policy-options prefix-list` with what its apply-path stands for.
type PrefixList struct {
	Name     string
	Prefixes []netip.Prefix // in order, each once
}

// prefixLists reads the prefix lists.
func (r *reader) prefixLists(n *conf.Node) {
	for e := range n.Entries("prefix-list") {
		l := PrefixList{Name: e.Value()}
		values, _ := e.Child("apply-path").Expansion()
		for i := range e.Entries("prefix-list-item") {
			values = append(values[:len(values):len(values)], i.Value())
		}
		for _, v := range values {
			if p, err := netip.ParsePrefix(v); err == nil { // the schema lets nothing else through
				l.Prefixes = append(l.Prefixes, p.Masked())
			}
		}
		slices.SortFunc(l.Prefixes, netip.Prefix.Compare)
		l.Prefixes = slices.Compact(l.Prefixes)
		r.out.Prefixes = append(r.out.Prefixes, l)
	}
}

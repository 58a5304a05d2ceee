package screen

import (
	"cmp"
	"slices"
)

// SortBy orders the table by the tag of the VLAN instead of its name.
func (r *MACTable) SortBy(what string) {
	if what != "tag" {
		return
	}
	slices.SortStableFunc(r.Table.Entry, func(a, b MACEntry) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Address, b.Address))
	})
}

// Sort orders the table by VLAN and address with Flood first and counts it.
func (r *MACTable) Sort() {
	slices.SortStableFunc(r.Table.Entry, func(a, b MACEntry) int {
		return cmp.Or(cmp.Compare(a.VLAN, b.VLAN), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Address, b.Address))
	})
	r.Table.Count, r.Table.Learned = len(r.Table.Entry), 0
	for _, e := range r.Table.Entry {
		if e.Type == Learn {
			r.Table.Learned++
		}
	}
}

func rank(e MACEntry) int {
	if e.Type == Flood {
		return 0
	}
	return 1
}

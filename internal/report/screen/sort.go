package screen

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

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

// Elapsed prints a duration as Junos does: 12:05 below an hour, 3:06:43 below a
// day, 3d 6:43:58 below a week, 1w3d 15:28:00 above.
func Elapsed(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	days, h, m, sec := s/86400, s/3600%24, s/60%60, s%60
	switch {
	case days >= 7:
		return fmt.Sprintf("%dw%dd %02d:%02d:%02d", days/7, days%7, h, m, sec)
	case days > 0:
		return fmt.Sprintf("%dd %d:%02d:%02d", days, h, m, sec)
	case h > 0:
		return fmt.Sprintf("%d:%02d:%02d", h, m, sec)
	}
	return fmt.Sprintf("%d:%02d", m, sec)
}

package fleet_test

import (
	"fmt"
	"testing"

	"oneswitch/director/commit"
	"oneswitch/inventory"
)

// BenchmarkCommit32 commits on 32 members over SSH and NETCONF with the decision in
// SQLite: the whole way but for the member's own journal and plane.
func BenchmarkCommit32(b *testing.B) {
	s := newSite(b)
	d := s.director(b, "dg0")
	var names []inventory.MemberID
	for i := range 32 {
		names = append(names, inventory.MemberID(fmt.Sprintf("N%02d", i)))
		s.members(b, string(names[i]))[0].on(b, d.addr)
	}
	d.lead(b)
	d.connected(b, names...)
	ready(b, d)
	for b.Loop() {
		if o := d.commit(b, names...); o.Verdict != commit.Committed || len(o.Owing) > 0 {
			b.Fatalf("outcome is %+v", o)
		}
	}
}

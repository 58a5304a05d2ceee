// Package topology compares the wiring of the fabric as it should be with the
// wiring as it was found, and counts the paths between nodes.
//
// It owns no state and runs on no goroutine: a Graph is an immutable value built
// from links. Who found the links (hellos, LLDP, BGP-LS) is not its business.
//
// Invariant: a link has no direction; the same two ends make the same link in
// whatever order they are given.
//
// It must never do I/O and never know a protocol.
package topology

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oneswitch/inventory"
)

// End is one end of a cable. An expected end may leave the port open (the zero
// Port): any port of that member will do.
type End struct {
	Member inventory.MemberID
	Port   inventory.Port
}

// Compare orders ends by member, then naturally by port.
func (e End) Compare(f End) int {
	return cmp.Or(strings.Compare(string(e.Member), string(f.Member)), e.Port.Compare(f.Port))
}

// String prints the end as member:port.
func (e End) String() string { return fmt.Sprintf("%s:%s", e.Member, e.Port) }

// Link is a cable between two ends.
type Link struct{ A, B End }

// Between returns the link between two ends, in its one order.
func Between(a, b End) Link {
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	return Link{a, b}
}

// Compare orders links by their ends.
func (l Link) Compare(m Link) int { return cmp.Or(l.A.Compare(m.A), l.B.Compare(m.B)) }

// From returns the link seen from member m: its own end and the far one.
func (l Link) From(m inventory.MemberID) (near, far End, ok bool) {
	switch m {
	case l.A.Member:
		return l.A, l.B, true
	case l.B.Member:
		return l.B, l.A, true
	}
	return End{}, End{}, false
}

// Graph is a set of links. The zero value has none.
type Graph struct {
	links []Link // sorted, no duplicates
}

// New builds a graph. Links given twice, or once from each end, count once.
func New(links []Link) Graph {
	sorted := make([]Link, 0, len(links))
	for _, l := range links {
		sorted = append(sorted, Between(l.A, l.B))
	}
	slices.SortFunc(sorted, Link.Compare)
	return Graph{slices.Compact(sorted)}
}

// Links returns all links in order. The caller must not change the slice.
func (g Graph) Links() []Link { return g.links }

// Of returns the links of one member, near end first, in order of its ports.
func (g Graph) Of(m inventory.MemberID) []Link {
	var own []Link
	for _, l := range g.links {
		if near, far, ok := l.From(m); ok {
			own = append(own, Link{near, far})
		}
	}
	slices.SortFunc(own, Link.Compare)
	return own
}

// Paths counts the link-disjoint paths of two hops between two nodes: over each
// interconnect as many as the thinner of the two sides has links.
func (g Graph) Paths(a, b inventory.MemberID) int {
	if a == b {
		return 0
	}
	up := func(m inventory.MemberID) map[inventory.MemberID]int {
		n := map[inventory.MemberID]int{}
		for _, l := range g.Of(m) {
			n[l.B.Member]++
		}
		return n
	}
	left, right, paths := up(a), up(b), 0
	for via, n := range left {
		paths += min(n, right[via])
	}
	return paths
}

// Expected returns the wiring that a fabric without a wiring plan should have:
// every node device has a link to every interconnect device.
func Expected(s inventory.Snapshot) Graph {
	var links []Link
	for _, node := range s.Members() {
		for _, ic := range s.Members() {
			if node.Role == inventory.RoleNode && ic.Role == inventory.RoleInterconnect {
				links = append(links, Between(End{Member: node.ID}, End{Member: ic.ID}))
			}
		}
	}
	return New(links)
}

// Fault says what is wrong with a link.
type Fault uint8

// The faults.
const (
	Missing    Fault = iota // expected and not found
	Unexpected              // found and not expected
	Miswired                // one end is where it should be, the other is not
)

// String returns the word shown to operators.
func (f Fault) String() string {
	return []string{"missing", "unexpected", "miswired"}[f]
}

// Finding is one difference between the expected and the found wiring.
type Finding struct {
	Fault Fault
	Want  Link // zero when Unexpected
	Found Link // zero when Missing
}

// String prints the finding as one line.
func (f Finding) String() string {
	switch f.Fault {
	case Missing:
		return fmt.Sprintf("missing: %s to %s", f.Want.A, f.Want.B)
	case Unexpected:
		return fmt.Sprintf("unexpected: %s to %s", f.Found.A, f.Found.B)
	default:
		return fmt.Sprintf("miswired: %s leads to %s, expected %s", f.Found.A, f.Found.B, f.Want.B)
	}
}

// Compare lists every difference of the found wiring from the expected one, in
// order of the expected links, then of the found ones. An expected link with open
// ports is met by any found link between the two members.
func Compare(want, found Graph) []Finding {
	free := slices.Clone(found.links)
	var left []Link
	for _, exact := range []bool{true, false} { // named ports first, so that an open one does not take theirs
		for _, w := range want.links {
			if w.named() != exact {
				continue
			}
			if i := slices.IndexFunc(free, w.meets); i >= 0 {
				free = slices.Delete(free, i, i+1)
			} else {
				left = append(left, w)
			}
		}
	}
	slices.SortFunc(left, Link.Compare)
	return append(pair(left, &free), unexpected(want, free)...)
}

func (l Link) named() bool {
	return l.A.Port != inventory.Port{} && l.B.Port != inventory.Port{}
}

func (l Link) meets(found Link) bool { return l.A.meets(found.A) && l.B.meets(found.B) }

func (e End) meets(found End) bool {
	return e.Member == found.Member && (e.Port == inventory.Port{} || e.Port == found.Port)
}

// pair turns expected links that nothing met into findings, and takes from free
// the cable that starts at a named expected end but leads elsewhere.
func pair(left []Link, free *[]Link) []Finding {
	var out []Finding
	for _, w := range left {
		finding := Finding{Fault: Missing, Want: w}
		for _, ends := range []Link{w, {w.B, w.A}} {
			i := slices.IndexFunc(*free, func(f Link) bool {
				return ends.A.Port != inventory.Port{} && (f.A == ends.A || f.B == ends.A)
			})
			if i < 0 {
				continue
			}
			f := (*free)[i]
			if f.B == ends.A {
				f = Link{f.B, f.A}
			}
			*free = slices.Delete(*free, i, i+1)
			finding = Finding{Fault: Miswired, Want: ends, Found: f}
			break
		}
		out = append(out, finding)
	}
	return out
}

// unexpected keeps the cables that no expected pair of members explains: a second
// cable between a pair that is expected with open ports is welcome.
func unexpected(want Graph, free []Link) []Finding {
	var out []Finding
	for _, f := range free {
		welcome := slices.ContainsFunc(want.links, func(w Link) bool { return !w.named() && w.meets(f) })
		if !welcome {
			out = append(out, Finding{Fault: Unexpected, Found: f})
		}
	}
	return out
}

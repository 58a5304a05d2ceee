package inventory

import (
	"net/netip"
	"slices"
	"strings"
)

// Snapshot is the inventory at one moment. It is immutable; the zero value is
// an empty fabric.
type Snapshot struct {
	members []Member            // sorted by role, then name
	byID    map[MemberID]int    // serial -> index
	byName  map[string]int      // alias, or serial where there is no alias -> index
	domains map[string]DomainID // VLAN name -> number, for VLANs without a vlan-id
}

// NewSnapshot builds a snapshot of the members and of the numbers given to VLANs
// that have no vlan-id. It copies what it is given.
func NewSnapshot(members []Member, domains map[string]DomainID) Snapshot {
	s := Snapshot{
		members: slices.Clone(members),
		byID:    make(map[MemberID]int, len(members)),
		byName:  make(map[string]int, len(members)),
		domains: make(map[string]DomainID, len(domains)),
	}
	slices.SortFunc(s.members, func(a, b Member) int {
		if a.Role != b.Role {
			return int(a.Role) - int(b.Role)
		}
		return strings.Compare(a.Name(), b.Name())
	})
	for i, m := range s.members {
		s.byID[m.ID] = i
		s.byName[m.Name()] = i
	}
	for name, id := range domains {
		s.domains[name] = id
	}
	return s
}

// Members returns all members, sorted by role and then by name. The caller must
// not change the slice.
func (s Snapshot) Members() []Member { return s.members }

// Member returns the member with the serial number id.
func (s Snapshot) Member(id MemberID) (Member, bool) {
	i, ok := s.byID[id]
	if !ok {
		return Member{}, false
	}
	return s.members[i], true
}

// Named returns the member that the user calls name: alias first, else serial.
func (s Snapshot) Named(name string) (Member, bool) {
	if i, ok := s.byName[name]; ok {
		return s.members[i], true
	}
	return s.Member(MemberID(name))
}

// At returns the member whose control-plane address is a.
func (s Snapshot) At(a netip.Addr) (Member, bool) {
	for _, m := range s.members {
		if m.Address == a {
			return m, true
		}
	}
	return Member{}, false
}

// Domain returns the number given to the VLAN called name, which has no vlan-id.
func (s Snapshot) Domain(name string) (DomainID, bool) {
	d, ok := s.domains[name]
	return d, ok
}

package inventory

import (
	"fmt"
	"net/netip"
	"slices"
)

// MemberID is the serial number of a physical member or the fixed name of a
// virtual component (FC-0, dg0): the one key that never changes (QF-REF 1.6).
type MemberID string

// DeviceID is the integer that the directors assign to a member when it first
// enrols, 1..8999. It is never reused until the member is removed, so labels and
// SNMP indices derived from it are stable (QF-REF 1.6).
type DeviceID uint32

// MaxDeviceID is the highest device id that has a node label (see label.go).
const MaxDeviceID DeviceID = 8999

// Role says what a component does in the fabric (QF-REF 1.2, 1.4).
type Role uint8

// The roles. RoleUnknown is the zero value and never valid on a Member.
const (
	RoleUnknown Role = iota
	RoleNode
	RoleInterconnect
	RoleFabricControl
	RoleDirector
)

func roleWords() []string {
	return []string{"unknown", "node-device", "interconnect-device", "fabric-control", "director-device"}
}

// String returns the Junos word of the role, as in `fabric aliases node-device`.
func (r Role) String() string {
	if words := roleWords(); int(r) < len(words) {
		return words[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole is the inverse of Role.String; the word unknown is refused.
func ParseRole(word string) (Role, error) {
	if i := slices.Index(roleWords(), word); i > 0 {
		return Role(i), nil
	}
	return RoleUnknown, fmt.Errorf("role %q is none of %q", word, roleWords()[1:])
}

// MarshalText writes the role as its Junos word.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the Junos word of a role.
func (r *Role) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRole(string(b))
	return err
}

// Member is one component of the fabric as the inventory knows it.
type Member struct {
	ID      MemberID   // serial number, or the fixed name of a virtual component
	Alias   string     // name given by `fabric aliases`; empty when there is none
	Role    Role       // what it does
	Device  DeviceID   // assigned at enrolment; 0 until then
	Address netip.Addr // control-plane address; invalid while never seen
	Model   string     // hardware model, as it reported itself
	HostKey string     // its SSH host key in authorized_keys form, pinned at enrolment
}

// Name returns what the user calls the member: the alias, else the serial
// number (QF-REF 1.6).
func (m Member) Name() string {
	if m.Alias != "" {
		return m.Alias
	}
	return string(m.ID)
}

// NodeGroup is a set of node devices that share routes and LAGs (QF-REF 1.5). A
// node device outside every configured group forms a server node group of its own
// which carries the node's name.
type NodeGroup struct {
	Name          string
	NetworkDomain bool       // true for NW-NG-0 alone
	Members       []MemberID // in configuration order
}

// NetworkNodeGroup is the fixed name of the network node group (QF-REF 1.5).
const NetworkNodeGroup = "NW-NG-0"

package settings

import (
	"time"

	"oneswitch/inventory"
)

// Settings is the whole configuration in types.
type Settings struct {
	HostName   string
	Login      Login
	Services   Services
	Aliases    []Alias
	Groups     []NodeGroup
	Interfaces []Interface // in natural order of their names
	VLANs      []VLAN      // in natural order of their names; `default` is always there
	LLDP       LLDP
	Prefixes   []PrefixList  // in natural order of their names
	Aging      time.Duration // MAC table aging; 0 = never
	Syslog     Syslog
}

// Login is `system login`.
type Login struct {
	Message      string // shown before authentication
	Announcement string // shown after it
	Users        []User
}

// User is one account of the shell and of NETCONF.
type User struct {
	Name     string
	FullName string
	Class    string   // super-user, operator, read-only, unauthorized
	Password string   // crypt(3) hash; empty when there is none
	Keys     []string // public keys in authorized_keys form
}

// Services is `system services`. Without that statement both are on, as shipped.
type Services struct {
	SSH     bool
	NETCONF bool
}

// Alias is one line of `fabric aliases`.
type Alias struct {
	Role   inventory.Role
	Member inventory.MemberID
	Name   string
}

// NodeGroup is one `fabric resources node-group`. Members are named as the user
// wrote them: alias or serial number.
type NodeGroup struct {
	Name          string
	NetworkDomain bool
	Members       []string
}

// Mode says how a port treats tags.
type Mode uint8

// The port modes of family ethernet-switching.
const (
	NoMode Mode = iota // the port is configured for something else than switching
	Access
	Trunk
)

// Interface is one physical port of a node device as configured.
type Interface struct {
	Name        inventory.Interface
	Description string
	Disable     bool
	MTU         uint16 // 0 = not set
	Mode        Mode
	VLANs       []string // names; access: exactly one; trunk: the tagged ones
	Native      string   // name of the untagged VLAN of a trunk; empty = none
	Path        string   // configuration path, for explain
}

// VLAN is one L2 domain of the fabric.
type VLAN struct {
	Name        string
	ID          inventory.VLANID // 0 = no tag
	Description string
	L3Interface string // vlan.N or irb.N as written; empty = none
	Path        string // configuration path, for explain
}

// LLDP is `protocols lldp`. Without that statement it is on everywhere, as shipped.
type LLDP struct {
	All        bool                         // on every port
	Interfaces map[inventory.Interface]bool // enabled (true) or disabled (false) by name
}

// DefaultVLAN is the VLAN that an access port is in as shipped.
const DefaultVLAN = "default"

// DefaultAging is the MAC table aging time of a switch as shipped.
const DefaultAging = 300 * time.Second

// DefaultHostName is the host name of a fabric as shipped.
const DefaultHostName = "oneswitch"

package route

import (
	"cmp"
	"fmt"
	"net/netip"

	"oneswitch/inventory"
)

// Route is one of MAC, Flood, Link or Membership.
type Route interface {
	// Key names the route among all routes of the fabric, announcer included:
	// two announcements with equal keys are versions of one route.
	Key() Key
	// Family returns the address family that carries the route.
	Family() Family
	// String returns the prefix as `show route fabric` prints it.
	String() string

	sealed()
}

// Key is a route's identity in a form that can be a map key. Its bytes are the
// family and those parts of the NLRI that RFC 7432 section 7 calls the key.
type Key string

// MAC says that a station is behind a port of the node whose control address is
// NextHop (EVPN type 2, RFC 7432 section 7.2).
type MAC struct {
	Domain    inventory.DomainID
	MAC       inventory.MAC
	IP        netip.Addr // the station's address when known, else the zero Addr
	NextHop   netip.Addr // control address of the node that announces
	PortLabel inventory.Label
	Seq       uint32 // MAC mobility sequence number (RFC 7432 section 7.7)
	Sticky    bool   // static MAC: must not move (RFC 7432 section 15.2)
}

// Flood says that the node behind NextHop wants the flooded frames of a domain
// (EVPN type 3, RFC 7432 section 7.3, with a PMSI tunnel of type ingress
// replication whose label is the tree's).
type Flood struct {
	Domain    inventory.DomainID
	NextHop   netip.Addr
	TreeLabel inventory.Label
}

// Link says that the interconnect behind NextHop sees the member Peer on its
// port (BGP-LS link NLRI, RFC 9552 section 5.2).
type Link struct {
	NextHop netip.Addr         // control address of the announcer
	Device  inventory.DeviceID // the announcer
	Port    inventory.Port     // the announcer's port
	Peer    inventory.DeviceID // the far end
}

// Membership says that the router behind Origin wants routes with a target that
// matches (RFC 4684). Len counts the bits that must match: 96 is one target, 0
// is every target.
type Membership struct {
	AS     uint32
	Target Target
	Len    uint8
}

func (MAC) sealed()        {}
func (Flood) sealed()      {}
func (Link) sealed()       {}
func (Membership) sealed() {}

// Family returns EVPN.
func (MAC) Family() Family { return EVPN }

// Family returns EVPN.
func (Flood) Family() Family { return EVPN }

// Family returns LinkState.
func (Link) Family() Family { return LinkState }

// Family returns Targets.
func (Membership) Family() Family { return Targets }

// Key returns the identity of the route.
func (r MAC) Key() Key { return keyOf(r) }

// Key returns the identity of the route.
func (r Flood) Key() Key { return keyOf(r) }

// Key returns the identity of the route.
func (r Link) Key() Key { return keyOf(r) }

// Key returns the identity of the route.
func (r Membership) Key() Key { return keyOf(r) }

func keyOf(r Route) Key {
	k := appendFamily(make([]byte, 0, 48), r.Family())
	k, _ = AppendKey(k, r.Family(), AppendNLRI(nil, r))
	return Key(k)
}

// String prints the route as QF-REF 3.7 does: RD, domain, MAC.
func (r MAC) String() string {
	if r.IP.IsValid() {
		return fmt.Sprintf("%v:%d:%d.%v.%v/%d", r.NextHop, rdNumber, r.Domain, r.MAC, r.IP, macPrefixLen)
	}
	return fmt.Sprintf("%v:%d:%d.%v/%d", r.NextHop, rdNumber, r.Domain, r.MAC, macPrefixLen)
}

// String prints the route in the style of MAC.String.
func (r Flood) String() string {
	return fmt.Sprintf("%v:%d:%d.flood.%v", r.NextHop, rdNumber, r.Domain, r.NextHop)
}

// String prints announcer, port and far end.
func (r Link) String() string {
	return fmt.Sprintf("%v:%d:%d.%v.%d", r.NextHop, rdNumber, r.Device, r.Port, r.Peer)
}

// String prints origin AS, target and prefix length.
func (r Membership) String() string {
	if r.Len == 0 {
		return "0:0:0/0"
	}
	return fmt.Sprintf("%d:%v/%d", r.AS, r.Target, r.Len)
}

// macPrefixLen is the length that Junos prints behind a MAC route (QF-REF 1.9).
const macPrefixLen = 144

// Better orders two announcements of the same station in the same domain: it is
// negative when a is the better one (RFC 7432 sections 15.1, 15.2: a static MAC,
// else the higher sequence number, else the lower next hop).
func Better(a, b MAC) int {
	switch {
	case a.Sticky != b.Sticky && a.Sticky:
		return -1
	case a.Sticky != b.Sticky:
		return 1
	}
	return cmp.Or(cmp.Compare(b.Seq, a.Seq), a.NextHop.Compare(b.NextHop))
}

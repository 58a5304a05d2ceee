package route

import (
	"fmt"
	"net/netip"
	"time"
)

// Entry is one route of a table with all copies of it that a component holds, as
// `show route fabric table` prints it. The best copy comes first.
type Entry struct {
	Family Family
	Prefix string // as Route.String prints it
	Paths  []Path
}

// Path is one copy of a route: who sent it and with which attributes.
type Path struct {
	Route    Route      // nil when the fabric has no type for it
	Peer     netip.Addr // the session that it came by; invalid for a route of our own
	Attrs    Attrs
	Received time.Time
	Active   bool // the copy in use
	Stale    bool // kept by graceful restart: its sender is gone or not yet complete
}

// Prefix returns what is printed for a route: its own form, or the bytes of an
// NLRI that has none.
func Prefix(f Family, nlri []byte, r Route) string {
	if r != nil {
		return r.String()
	}
	if f == EVPN && len(nlri) > 2 {
		return fmt.Sprintf("%d:%x/%d", nlri[0], nlri[2:], 8*len(nlri[2:]))
	}
	return fmt.Sprintf("%x/%d", nlri, 8*len(nlri))
}

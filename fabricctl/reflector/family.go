package reflector

import "oneswitch/fabricctl/route"

// famIndex numbers the families densely, for records and counters.
type famIndex uint8

const (
	famTargets famIndex = iota
	famEVPN
	famLinkState
	famCount
)

func (f famIndex) family() route.Family {
	switch f {
	case famTargets:
		return route.Targets
	case famEVPN:
		return route.EVPN
	}
	return route.LinkState
}

// indexOf returns the index of a family; ok is false when it is not carried.
func indexOf(f route.Family) (i famIndex, ok bool) {
	switch f {
	case route.Targets:
		return famTargets, true
	case route.EVPN:
		return famEVPN, true
	case route.LinkState:
		return famLinkState, true
	}
	return 0, false
}

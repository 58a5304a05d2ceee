package route

import (
	"encoding/binary"
	"fmt"

	"oneswitch/inventory"
)

// Target is a route target: the eight bytes of an extended community
// (RFC 4360 section 4), most significant first.
type Target uint64

// The fabric's targets are 65534:number; the top byte of the number says what
// the rest counts (QF-REF 1.9: 0x07000001 is L3 domain 1).
const (
	targetAS     = 65534
	targetL2     = 0x02000000
	targetFabric = 0x01000000
	targetTrees  = 0x03000000
)

func newTarget(number uint32) Target {
	// Type 0x00 (two-octet AS), sub-type 0x02 (route target).
	return Target(0x0002<<48 | targetAS<<32 | uint64(number))
}

// DomainTarget is the target of the routes of L2 domain d.
func DomainTarget(d inventory.DomainID) Target { return newTarget(targetL2 | uint32(d)) }

// FabricTarget is the target of the fabric's links; every member wants it.
func FabricTarget() Target { return newTarget(targetFabric) }

// TreeTarget is the second target of every Flood route: interconnects want the
// flooding routes of all domains and no MAC route.
func TreeTarget() Target { return newTarget(targetTrees) }

// AllTargets stands for every target (RFC 4684 section 4, prefix of length 0)
// where a list of targets is asked for.
const AllTargets Target = 0

// String prints the target as Junos does, with its meaning where it is ours.
func (t Target) String() string {
	switch t >> 48 {
	case 0x0002:
		s := fmt.Sprintf("target:%d:%d", uint16(t>>32), uint32(t))
		return s + meaning(t)
	case 0x0102:
		return fmt.Sprintf("target:%d.%d.%d.%d:%d", byte(t>>40), byte(t>>32), byte(t>>24), byte(t>>16), uint16(t))
	case 0x0202:
		return fmt.Sprintf("target:%dL:%d", uint32(t>>16), uint16(t))
	}
	if t == AllTargets {
		return "target:all"
	}
	return fmt.Sprintf("target:0x%016x", uint64(t))
}

func meaning(t Target) string {
	if uint16(t>>32) != targetAS {
		return ""
	}
	switch uint32(t) & 0xff000000 {
	case targetL2:
		return fmt.Sprintf("(L2:%d)", uint32(t)&0x00ffffff)
	case targetFabric:
		return "(fabric)"
	case targetTrees:
		return "(trees)"
	}
	return ""
}

// isTarget reports whether an extended community is a route target: type
// 0x00, 0x01 or 0x02 with sub-type 0x02 (RFC 4360 section 4, RFC 5668).
func isTarget(community uint64) bool {
	high, low := byte(community>>56), byte(community>>48)
	return high <= 0x02 && low == 0x02
}

func appendTarget(b []byte, t Target) []byte { return binary.BigEndian.AppendUint64(b, uint64(t)) }

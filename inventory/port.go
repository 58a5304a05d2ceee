package inventory

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// PortKind is the media type at the head of a port name (QF-REF 2.1).
type PortKind string

// The kinds of physical port that a member may have.
const (
	KindGE  PortKind = "ge"  // 1G access
	KindXE  PortKind = "xe"  // 10G access
	KindXLE PortKind = "xle" // 40G access
	KindET  PortKind = "et"  // 40G and faster access
	KindFTE PortKind = "fte" // 40G fabric link
)

// Port is the name of a physical port inside one member: kind-fpc/pic/port.
// The zero value is no port.
type Port struct {
	Kind PortKind
	FPC  uint8
	PIC  uint8
	Num  uint16
}

// ParsePort reads a name such as xe-0/0/7.
func ParsePort(s string) (Port, error) { return parsePort(s, "/") }

// ParseNetdev reads the Linux interface name of a port, such as xe-0-0-7: the
// kernel allows no slash in a name.
func ParseNetdev(s string) (Port, error) { return parsePort(s, "-") }

func parsePort(s, sep string) (Port, error) {
	bad := fmt.Errorf("port name %q is not of the form xe-0%[2]s0%[2]s7 with kind ge, xe, xle, et or fte", s, sep)
	kind, rest, ok := strings.Cut(s, "-")
	parts := strings.Split(rest, sep)
	if !ok || len(parts) != 3 {
		return Port{}, bad
	}
	switch PortKind(kind) {
	case KindGE, KindXE, KindXLE, KindET, KindFTE:
	default:
		return Port{}, bad
	}
	var n [3]uint64
	for i, bits := range [3]int{8, 8, 16} {
		v, err := strconv.ParseUint(parts[i], 10, bits)
		if err != nil || strconv.FormatUint(v, 10) != parts[i] {
			return Port{}, bad
		}
		n[i] = v
	}
	return Port{PortKind(kind), uint8(n[0]), uint8(n[1]), uint16(n[2])}, nil
}

// String prints the name as the user types it, xe-0/0/7; the zero Port prints
// as the empty string.
func (p Port) String() string { return p.join("/") }

// Netdev returns the Linux interface name of the port, xe-0-0-7.
func (p Port) Netdev() string { return p.join("-") }

func (p Port) join(sep string) string {
	if p == (Port{}) {
		return ""
	}
	return fmt.Sprintf("%s-%d%s%d%s%d", p.Kind, p.FPC, sep, p.PIC, sep, p.Num)
}

// IsFabric reports whether the port is a fabric link (fte).
func (p Port) IsFabric() bool { return p.Kind == KindFTE }

// Compare orders ports naturally: by kind, then by fpc, pic and port as numbers,
// so that xe-0/0/2 comes before xe-0/0/10.
func (p Port) Compare(q Port) int {
	return cmp.Or(cmp.Compare(p.Kind, q.Kind), cmp.Compare(p.FPC, q.FPC),
		cmp.Compare(p.PIC, q.PIC), cmp.Compare(p.Num, q.Num))
}

// MarshalText writes the printed form.
func (p Port) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the printed form; the empty string is the zero Port.
func (p *Port) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*p = Port{}
		return nil
	}
	*p, err = ParsePort(string(b))
	return err
}

// Interface is the fabric-wide name of a port: owner, colon, port (QF-REF 2.1).
// The owner is an alias or a serial number as the user wrote it.
type Interface struct {
	Owner string
	Port  Port
}

// ParseInterface reads a name such as Node0:xe-0/0/7, without a unit.
func ParseInterface(s string) (Interface, error) {
	owner, name, ok := strings.Cut(s, ":")
	if !ok || owner == "" {
		return Interface{}, fmt.Errorf("interface name %q is not of the form node-device:xe-0/0/7", s)
	}
	port, err := ParsePort(name)
	if err != nil {
		return Interface{}, fmt.Errorf("interface name %q: %w", s, err)
	}
	return Interface{owner, port}, nil
}

// String prints the fabric-wide name.
func (i Interface) String() string { return i.Owner + ":" + i.Port.String() }

// CutUnit splits a logical interface name at its last dot: Node0:xe-0/0/7.0
// gives Node0:xe-0/0/7 and 0. Without a unit the number is 0 and ok is false.
func CutUnit(name string) (physical string, unit uint32, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name, 0, false
	}
	n, err := strconv.ParseUint(name[i+1:], 10, 32)
	if err != nil {
		return name, 0, false
	}
	return name[:i], uint32(n), true
}

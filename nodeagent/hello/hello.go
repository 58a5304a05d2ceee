// Package hello is the codec of the fabric hello: the frame by which the two ends
// of a fabric link know each other and by which an interconnect tells, ten times a
// second and at once on a change, which node devices it reaches. The loss of a far
// link is thereby known one hop away in milliseconds, before BGP confirms it.
//
// The frame is an Ethernet II frame of the local experimental ethertype 0x88B5
// (IEEE 802 clause 9.2.4) to the nearest-bridge group address 01-80-C2-00-00-0E,
// which no bridge forwards. Its payload, all numbers big-endian:
//
//	magic "OSFH" | version 1 | role 1 | device 4 | heard 4 |
//	length 1 + port | length 1 + serial | count 2 + devices reached, 4 each
//
// Trailing octets are ignored: short frames are padded on the wire, and a later
// version may append.
//
// The package is pure. Invariants: Parse(Marshal(h)) == h, and Parse never panics.
// It must never decide what a hello means; the engine does.
package hello

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"oneswitch/inventory"
)

// EtherType is the ethertype of the hello.
const EtherType uint16 = 0x88b5

// Limits of a hello. A frame of MaxReach devices fits the MTU of a fabric link.
const (
	MaxReach  = 2000
	MaxSerial = 128
)

const (
	magic     = "OSFH"
	version   = 1
	headerLen = 14
)

// Destination is the group address that hellos are sent to: it is never forwarded
// by a bridge (802.1Q table 8-1), so a hello tells of the link alone.
func Destination() inventory.MAC { return inventory.MAC{0x01, 0x80, 0xc2, 0, 0, 0x0e} }

// Hello is what one end of a fabric link says.
type Hello struct {
	Source inventory.MAC        // address of the sending port
	Serial inventory.MemberID   // who sends
	Device inventory.DeviceID   // its device id; 0 while it is not enrolled
	Role   inventory.Role       // its role
	Port   inventory.Port       // the port that sends
	Heard  inventory.DeviceID   // the device that the sender hears on this link; 0 = nobody
	Reach  []inventory.DeviceID // interconnects: the node devices reached, ascending
}

// ErrVersion is wrapped when a hello is of a version that is not understood.
var ErrVersion = errors.New("hello of an unknown version")

// Marshal returns the whole frame.
func (h Hello) Marshal() ([]byte, error) {
	port := h.Port.String()
	switch {
	case len(h.Serial) > MaxSerial:
		return nil, fmt.Errorf("hello: serial number of %d octets, at most %d fit", len(h.Serial), MaxSerial)
	case len(h.Reach) > MaxReach:
		return nil, fmt.Errorf("hello: %d devices reached, at most %d fit", len(h.Reach), MaxReach)
	}
	dst := Destination()
	b := make([]byte, 0, headerLen+20+len(port)+len(h.Serial)+4*len(h.Reach))
	b = append(b, dst[:]...)
	b = append(b, h.Source[:]...)
	b = binary.BigEndian.AppendUint16(b, EtherType)
	b = append(b, magic...)
	b = append(b, version, byte(h.Role))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Device))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Heard))
	b = append(append(b, byte(len(port))), port...)
	b = append(append(b, byte(len(h.Serial))), h.Serial...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.Reach)))
	for _, d := range slices.Sorted(slices.Values(h.Reach)) {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return b, nil
}

// Parse reads a whole frame.
func Parse(frame []byte) (Hello, error) {
	r := reader{b: frame}
	var h Hello
	dst := r.take(6)
	copy(h.Source[:], r.take(6))
	ether, head := r.uint16(), r.take(len(magic)+1)
	h.Role = inventory.Role(r.uint8())
	h.Device, h.Heard = inventory.DeviceID(r.uint32()), inventory.DeviceID(r.uint32())
	port, serial := string(r.take(int(r.uint8()))), string(r.take(int(r.uint8())))
	n := int(r.uint16())
	switch want := Destination(); {
	case r.short:
		return Hello{}, fmt.Errorf("hello: %w", io.ErrUnexpectedEOF)
	case [6]byte(dst) != want || ether != EtherType || string(head[:len(magic)]) != magic:
		return Hello{}, errors.New("hello: not a fabric hello")
	case head[len(magic)] != version:
		return Hello{}, fmt.Errorf("version %d: %w", head[len(magic)], ErrVersion)
	case n > MaxReach:
		return Hello{}, fmt.Errorf("hello: %d devices reached, at most %d are possible", n, MaxReach)
	case serial == "" || len(serial) > MaxSerial || !utf8.ValidString(serial):
		return Hello{}, errors.New("hello: serial number is empty, too long or no text")
	case h.Role != inventory.RoleNode && h.Role != inventory.RoleInterconnect:
		return Hello{}, fmt.Errorf("hello: %s does not send hellos", h.Role)
	case h.Source.IsMulticast() || h.Source.IsZero():
		return Hello{}, fmt.Errorf("hello: source address %s is not one of a port", h.Source)
	case h.Device > inventory.MaxDeviceID:
		return Hello{}, fmt.Errorf("hello: device id %d, at most %d are possible", h.Device, inventory.MaxDeviceID)
	}
	h.Serial = inventory.MemberID(serial)
	var err error
	if h.Port, err = inventory.ParsePort(port); err != nil {
		return Hello{}, fmt.Errorf("hello: %w", err)
	}
	return h, h.parseReach(&r, n)
}

func (h *Hello) parseReach(r *reader, n int) error {
	for range n {
		h.Reach = append(h.Reach, inventory.DeviceID(r.uint32()))
	}
	if r.short {
		return fmt.Errorf("hello: %w", io.ErrUnexpectedEOF)
	}
	if !slices.IsSorted(h.Reach) {
		return errors.New("hello: the devices reached are not in order")
	}
	return nil
}

// reader takes octets off a frame; after the end it gives zeros and sets short.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if len(r.b) < n {
		r.short, r.b = true, nil
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uint8() byte    { return r.take(1)[0] }
func (r *reader) uint16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

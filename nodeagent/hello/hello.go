// Package hello is the codec of the fabric hello: the frame by which the two ends
// of a fabric link know each other and by which an interconnect tells, ten times a
// second and at once on a change, which node devices it reaches. The loss of a far
// link is thereby known one hop away in milliseconds, before BGP confirms it.
//
// The frame is an Ethernet II frame of the local experimental ethertype 0x88B5
// (IEEE 802 clause 9.2.4) to the nearest-bridge group address 01-80-C2-00-00-0E,
// which no bridge forwards. Its payload, all numbers big-endian:
//
//	magic "OSFH" | version 1 | length 2 | role 1 | device 4 | heard 4 |
//	count 8 + 8 | echo 8 + 8 | length 1 + port | length 1 + serial |
//	number 2 + devices reached, 4 each | seal 16
//
// The length is that of the frame in front of the seal, which covers all of that.
// Octets behind the seal are ignored: short frames are padded on the wire.
//
// The same ethertype carries probes; see Probe.
//
// The package is pure. Invariants: Open(Seal(h)) == h, Open never panics, and nothing
// of a frame is interpreted before its seal holds. It must never decide what a hello
// means, nor whether it is new; the engine does.
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
	version   = 2
	headerLen = 14
	lengthAt  = headerLen + len(magic) + 1
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
	Count  Count                // grows with every hello of a port
	Echo   Count                // the last one that the sender has heard on this link
	Reach  []inventory.DeviceID // interconnects: the node devices reached, ascending
}

// ErrVersion is wrapped when a hello is of a version that is not understood.
var ErrVersion = errors.New("hello of an unknown version")

// Seal returns the whole frame.
func (h Hello) Seal(k Key) ([]byte, error) {
	port := h.Port.String()
	switch {
	case len(h.Serial) > MaxSerial:
		return nil, fmt.Errorf("hello: serial number of %d octets, at most %d fit", len(h.Serial), MaxSerial)
	case len(h.Reach) > MaxReach:
		return nil, fmt.Errorf("hello: %d devices reached, at most %d fit", len(h.Reach), MaxReach)
	}
	b := header(h.Source, 100+len(port)+len(h.Serial)+4*len(h.Reach))
	b = append(b, magic...)
	b = append(b, version, 0, 0, byte(h.Role))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Device))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Heard))
	b = h.Echo.append(h.Count.append(b))
	b = append(append(b, byte(len(port))), port...)
	b = append(append(b, byte(len(h.Serial))), h.Serial...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.Reach)))
	for _, d := range slices.Sorted(slices.Values(h.Reach)) {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	binary.BigEndian.PutUint16(b[lengthAt:], uint16(len(b)))
	seal := k.seal(b)
	return append(b, seal[:]...), nil
}

// header begins a frame from a port.
func header(source inventory.MAC, room int) []byte {
	dst := Destination()
	b := append(append(make([]byte, 0, headerLen+room), dst[:]...), source[:]...)
	return binary.BigEndian.AppendUint16(b, EtherType)
}

// Open reads a whole frame. An error wraps ErrForged if the seal does not hold.
func Open(frame []byte, k Key) (Hello, error) {
	r := reader{b: frame}
	dst, source := r.take(6), r.take(6)
	ether, head, length := r.uint16(), r.take(len(magic)+1), int(r.uint16())
	switch want := Destination(); {
	case r.short:
		return Hello{}, fmt.Errorf("hello: %w", io.ErrUnexpectedEOF)
	case [6]byte(dst) != want || ether != EtherType || string(head[:len(magic)]) != magic:
		return Hello{}, errors.New("hello: not a fabric hello")
	case head[len(magic)] != version:
		return Hello{}, fmt.Errorf("version %d: %w", head[len(magic)], ErrVersion)
	case length < lengthAt+2:
		return Hello{}, fmt.Errorf("hello: length of %d octets, which its header has alone", length)
	case len(frame) < length+sealLen:
		return Hello{}, fmt.Errorf("hello: %w", io.ErrUnexpectedEOF)
	case !k.holds(frame[:length], frame[length:length+sealLen]):
		return Hello{}, fmt.Errorf("hello: %w", ErrForged)
	}
	h := Hello{Source: inventory.MAC(source)}
	return h, h.parse(&reader{b: frame[lengthAt+2 : length]})
}

// parse reads what the seal has vouched for. A member that has the key may still be
// broken, so nothing is believed that is not looked at.
func (h *Hello) parse(r *reader) error {
	h.Role = inventory.Role(r.uint8())
	h.Device, h.Heard = inventory.DeviceID(r.uint32()), inventory.DeviceID(r.uint32())
	h.Count, h.Echo = r.count(), r.count()
	port, serial := string(r.take(int(r.uint8()))), string(r.take(int(r.uint8())))
	n := int(r.uint16())
	switch {
	case r.short:
		return fmt.Errorf("hello: %w", io.ErrUnexpectedEOF)
	case n > MaxReach:
		return fmt.Errorf("hello: %d devices reached, at most %d are possible", n, MaxReach)
	case serial == "" || len(serial) > MaxSerial || !utf8.ValidString(serial):
		return errors.New("hello: serial number is empty, too long or no text")
	case h.Role != inventory.RoleNode && h.Role != inventory.RoleInterconnect:
		return fmt.Errorf("hello: %s does not send hellos", h.Role)
	case h.Source.IsMulticast() || h.Source.IsZero():
		return fmt.Errorf("hello: source address %s is not one of a port", h.Source)
	case h.Device > inventory.MaxDeviceID:
		return fmt.Errorf("hello: device id %d, at most %d are possible", h.Device, inventory.MaxDeviceID)
	}
	h.Serial = inventory.MemberID(serial)
	var err error
	if h.Port, err = inventory.ParsePort(port); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	return h.parseReach(r, n)
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
func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) count() Count   { return Count{r.uint64(), r.uint64()} }

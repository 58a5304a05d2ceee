package bgp

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"oneswitch/fabricctl/route"
)

// Open is an OPEN message (RFC 4271 section 4.2) with the capabilities that we
// know (RFC 5492); others are passed over.
type Open struct {
	AS        uint32
	Hold      time.Duration
	RouterID  netip.Addr
	Families  []route.Family
	Refresh   bool // RFC 2918
	Enhanced  bool // enhanced route refresh, RFC 7313
	Extended  bool // messages of up to 65,535 bytes, RFC 8654
	Restart   *Restart
	LongLived []LongLived
}

// Restart is the graceful restart capability (RFC 4724 section 3, RFC 8538).
type Restart struct {
	Restarted    bool          // R: the speaker itself has just started
	Notification bool          // N: a NOTIFICATION does not flush routes either
	Time         time.Duration // how long to keep routes, at most 4095 s
	Preserved    []route.Family
	Families     []route.Family // all that are listed, Preserved among them
}

// LongLived is one family of the long-lived graceful restart capability
// (RFC 9494 section 4.2).
type LongLived struct {
	Family    route.Family
	Preserved bool
	Time      time.Duration // at most 2^24-1 s
}

// RestartTime is how long neighbours are asked to keep our routes before they count as
// long-lived stale: the most that the field can say (RFC 4724 section 3).
const RestartTime = maxRestartTime * time.Second

// FabricOpen is the OPEN of a speaker inside the fabric, reflector or member: all
// families, refreshed and kept in every way. The F bit is always set: a reflector
// forwards nothing, and a member's forwarding plane outlives its agent, so a restart
// loses no frame. first is set in the first session of a process; stale is how long routes
// are kept after RestartTime.
func FabricOpen(as uint32, id netip.Addr, hold, stale time.Duration, first bool) Open {
	o := Open{
		AS: as, Hold: hold, RouterID: id, Families: route.Families(), Refresh: true, Enhanced: true, Extended: true,
		Restart: &Restart{
			Restarted: first, Notification: true, Time: RestartTime, Families: route.Families(), Preserved: route.Families(),
		},
	}
	for _, f := range route.Families() {
		o.LongLived = append(o.LongLived, LongLived{Family: f, Preserved: true, Time: stale})
	}
	return o
}

// Capability codes (IANA registry "Capability Codes").
const (
	capFamily    = 1
	capRefresh   = 2
	capExtended  = 6
	capRestart   = 64
	capFourOctet = 65
	capEnhanced  = 70
	capLongLived = 71
)

// Further constants of OPEN.
const (
	version        = 4
	asTrans        = 23456 // stands for an AS above 65535 (RFC 6793 section 9)
	paramCaps      = 2
	paramExtended  = 255 // RFC 9072 section 2
	maxRestartTime = 4095
	maxLLGRTime    = 1<<24 - 1
)

// AppendOpen appends an OPEN message.
func AppendOpen(b []byte, o Open) []byte {
	start := len(b)
	as := uint16(asTrans)
	if o.AS <= 0xffff {
		as = uint16(o.AS)
	}
	id := o.RouterID.As4()
	b = append(AppendHeader(b, TypeOpen), version)
	b = binary.BigEndian.AppendUint16(b, as)
	b = binary.BigEndian.AppendUint16(b, uint16(o.Hold/time.Second))
	b = append(b, id[:]...)
	caps := o.capabilities()
	b = append(b, byte(2+len(caps)), paramCaps, byte(len(caps)))
	return EndMessage(append(b, caps...), start)
}

func (o Open) capabilities() []byte {
	var b []byte
	for _, f := range o.Families {
		b = append(appendAFI(append(b, capFamily, 4), f), 0, f.SAFI())
	}
	for _, c := range []struct {
		code byte
		on   bool
	}{{capRefresh, o.Refresh}, {capEnhanced, o.Enhanced}, {capExtended, o.Extended}} {
		if c.on {
			b = append(b, c.code, 0)
		}
	}
	b = binary.BigEndian.AppendUint32(append(b, capFourOctet, 4), o.AS)
	if r := o.Restart; r != nil {
		flags := uint16(min(r.Time/time.Second, maxRestartTime)) | bit(r.Restarted, 15) | bit(r.Notification, 14)
		b = append(b, capRestart, byte(2+4*len(r.Families)))
		b = binary.BigEndian.AppendUint16(b, flags)
		for _, f := range r.Families {
			b = append(appendAFI(b, f), f.SAFI(), byte(bit(slices.Contains(r.Preserved, f), 7)))
		}
	}
	if len(o.LongLived) > 0 {
		b = append(b, capLongLived, byte(7*len(o.LongLived)))
		for _, l := range o.LongLived {
			t := uint32(min(l.Time/time.Second, maxLLGRTime))
			b = append(appendAFI(b, l.Family), l.Family.SAFI(), byte(bit(l.Preserved, 7)), byte(t>>16), byte(t>>8), byte(t))
		}
	}
	return b
}

func appendAFI(b []byte, f route.Family) []byte { return binary.BigEndian.AppendUint16(b, f.AFI()) }

func bit(on bool, n int) uint16 {
	if on {
		return 1 << n
	}
	return 0
}

// ParseOpen reads the body of an OPEN message. Whether AS and router id are those
// of a welcome neighbour is for the caller to judge.
func ParseOpen(body []byte) (Open, *Notification) {
	bad := func(sub uint8) (Open, *Notification) {
		return Open{}, &Notification{Code: CodeOpen, Sub: sub}
	}
	if len(body) < 10 {
		return bad(0)
	}
	if body[0] != version {
		return Open{}, &Notification{Code: CodeOpen, Sub: SubVersion, Text: []byte{0, version}}
	}
	o := Open{
		AS:       uint32(binary.BigEndian.Uint16(body[1:])),
		Hold:     time.Duration(binary.BigEndian.Uint16(body[3:])) * time.Second,
		RouterID: netip.AddrFrom4([4]byte(body[5:9])),
	}
	// RFC 4271 section 6.2 lets us refuse any hold time: 1 and 2 it forbids, and
	// with 0 a dead neighbour would never be noticed.
	if o.Hold < 3*time.Second {
		return bad(SubHoldTime)
	}
	// RFC 6286 section 2.1: any identifier but zero.
	if o.RouterID.IsUnspecified() {
		return bad(SubBadIdentifier)
	}
	if note := o.parameters(body[9:]); note != nil {
		return Open{}, note
	}
	if o.AS == 0 { // RFC 7607 section 2
		return bad(SubBadAS)
	}
	return o, nil
}

// parameters reads the optional parameters, in the short or the extended form
// (RFC 9072 section 2).
func (o *Open) parameters(b []byte) *Notification {
	malformed := &Notification{Code: CodeOpen}
	head, n := 1, int(b[0])
	lenSize := 1
	if b[0] != 0 && len(b) >= 4 && b[1] == paramExtended {
		head, n, lenSize = 4, int(binary.BigEndian.Uint16(b[2:])), 2
	}
	if head+n != len(b) {
		return malformed
	}
	for b = b[head:]; len(b) > 0; {
		if len(b) < 1+lenSize {
			return malformed
		}
		kind, size := b[0], int(b[1])
		if lenSize == 2 {
			size = int(binary.BigEndian.Uint16(b[1:]))
		}
		if 1+lenSize+size > len(b) {
			return malformed
		}
		if kind != paramCaps {
			return &Notification{Code: CodeOpen, Sub: SubParameter}
		}
		if !o.capability(b[1+lenSize : 1+lenSize+size]) {
			return malformed
		}
		b = b[1+lenSize+size:]
	}
	return nil
}

// capability reads the capabilities of one parameter; false means that a length
// in them lies.
func (o *Open) capability(b []byte) bool {
	for len(b) > 0 {
		if len(b) < 2 || 2+int(b[1]) > len(b) {
			return false
		}
		v := b[2 : 2+int(b[1])]
		switch b[0] {
		case capFamily:
			if len(v) != 4 {
				return false
			}
			if f := route.NewFamily(binary.BigEndian.Uint16(v), v[3]); !slices.Contains(o.Families, f) {
				o.Families = append(o.Families, f)
			}
		case capRefresh:
			o.Refresh = true
		case capEnhanced:
			o.Enhanced = true
		case capExtended:
			o.Extended = true
		case capFourOctet:
			if len(v) != 4 {
				return false
			}
			o.AS = binary.BigEndian.Uint32(v)
		case capRestart:
			if len(v) < 2 || (len(v)-2)%4 != 0 {
				return false
			}
			o.Restart = parseRestart(v)
		case capLongLived:
			if len(v)%7 != 0 {
				return false
			}
			o.LongLived = parseLongLived(v)
		}
		b = b[2+len(v):]
	}
	return true
}

func parseRestart(v []byte) *Restart {
	flags := binary.BigEndian.Uint16(v)
	r := &Restart{
		Restarted:    flags>>15 != 0,
		Notification: flags>>14&1 != 0,
		Time:         time.Duration(flags&maxRestartTime) * time.Second,
	}
	for v = v[2:]; len(v) >= 4; v = v[4:] {
		f := route.NewFamily(binary.BigEndian.Uint16(v), v[2])
		r.Families = append(r.Families, f)
		if v[3]&0x80 != 0 {
			r.Preserved = append(r.Preserved, f)
		}
	}
	return r
}

func parseLongLived(v []byte) []LongLived {
	var ls []LongLived
	for ; len(v) >= 7; v = v[7:] {
		ls = append(ls, LongLived{
			Family:    route.NewFamily(binary.BigEndian.Uint16(v), v[2]),
			Preserved: v[3]&0x80 != 0,
			Time:      time.Duration(uint32(v[4])<<16|uint32(v[5])<<8|uint32(v[6])) * time.Second,
		})
	}
	return ls
}

// Keeps reports whether routes of family f outlive a session with this neighbour.
func (o Open) Keeps(f route.Family) bool {
	return o.Restart != nil && slices.Contains(o.Restart.Families, f)
}

// Stale returns how long routes of family f are kept after the restart time has
// passed; zero without long-lived graceful restart.
func (o Open) Stale(f route.Family) time.Duration {
	for _, l := range o.LongLived {
		if l.Family == f {
			return l.Time
		}
	}
	return 0
}

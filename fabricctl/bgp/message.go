package bgp

import (
	"bytes"
	"encoding/binary"
	"iter"

	"oneswitch/fabricctl/route"
)

// Type is the type of a message (RFC 4271 section 4.1, RFC 2918).
type Type uint8

// The message types.
const (
	TypeOpen Type = iota + 1
	TypeUpdate
	TypeNotification
	TypeKeepalive
	TypeRefresh
)

// Sizes (RFC 4271 section 4.1, RFC 8654 section 4).
const (
	HeaderLen   = 19
	MaxStandard = 4096
	MaxExtended = 65535
)

const markerLen = 16

// AppendHeader appends the header of a message whose body will follow; EndMessage
// fills in the length.
func AppendHeader(b []byte, t Type) []byte {
	for range markerLen {
		b = append(b, 0xff)
	}
	return append(b, 0, 0, byte(t))
}

// EndMessage writes the length of the message that starts at b[start:].
func EndMessage(b []byte, start int) []byte {
	binary.BigEndian.PutUint16(b[start+markerLen:], uint16(len(b)-start))
	return b
}

// AppendKeepalive appends a KEEPALIVE message.
func AppendKeepalive(b []byte) []byte { return EndMessage(AppendHeader(b, TypeKeepalive), len(b)) }

// shortest is the least length of each type (RFC 4271 section 6.1, RFC 7313
// section 5).
func (t Type) shortest() int {
	switch t {
	case TypeOpen:
		return 29
	case TypeUpdate, TypeRefresh:
		return 23
	case TypeNotification:
		return 21
	}
	return HeaderLen
}

// split cuts the first message off b. A nil message without an error means that b
// does not hold all of it yet.
func split(b []byte, limit int) (msg, rest []byte, note *Notification) {
	if len(b) < HeaderLen {
		return nil, b, nil
	}
	// RFC 4271 section 6.1: the marker must be all ones.
	if !bytes.Equal(b[:markerLen], bytes.Repeat([]byte{0xff}, markerLen)) {
		return nil, nil, &Notification{Code: CodeHeader, Sub: SubNotSynchronized}
	}
	n, t := int(binary.BigEndian.Uint16(b[markerLen:])), Type(b[markerLen+2])
	if t < TypeOpen || t > TypeRefresh {
		return nil, nil, &Notification{Code: CodeHeader, Sub: SubBadType, Text: []byte{byte(t)}}
	}
	if t == TypeOpen || t == TypeKeepalive {
		limit = MaxStandard // RFC 8654 section 4: these two are never extended
	}
	if n < t.shortest() || n > limit || t == TypeKeepalive && n != HeaderLen {
		return nil, nil, &Notification{Code: CodeHeader, Sub: SubBadLength, Text: bytes.Clone(b[markerLen : markerLen+2])}
	}
	if n > len(b) {
		return nil, b, nil
	}
	return b[:n:n], b[n:], nil
}

// Messages walks over whole messages, as Plugin.Received gets them, and yields
// type and body of each.
func Messages(b []byte) iter.Seq2[Type, []byte] {
	return func(yield func(Type, []byte) bool) {
		for len(b) >= HeaderLen {
			n := int(binary.BigEndian.Uint16(b[markerLen:]))
			if n < HeaderLen || n > len(b) || !yield(Type(b[markerLen+2]), b[HeaderLen:n:n]) {
				return
			}
			b = b[n:]
		}
	}
}

// Refresh is a ROUTE-REFRESH message (RFC 2918, RFC 7313).
type Refresh struct {
	Family route.Family
	Sub    uint8
}

// Sub-types of ROUTE-REFRESH (RFC 7313 section 3.2).
const (
	RefreshRequest uint8 = 0
	RefreshBegin   uint8 = 1 // everything not sent again until RefreshEnd is stale
	RefreshEnd     uint8 = 2
)

// AppendRefresh appends a ROUTE-REFRESH message.
func AppendRefresh(b []byte, r Refresh) []byte {
	start := len(b)
	b = binary.BigEndian.AppendUint16(AppendHeader(b, TypeRefresh), r.Family.AFI())
	return EndMessage(append(b, r.Sub, r.Family.SAFI()), start)
}

// ParseRefresh reads the body of a ROUTE-REFRESH message. A body that is longer
// carries an outbound filter (RFC 5291), which we never offered: RFC 7313 section
// 5 makes that a message length error.
func ParseRefresh(body []byte) (Refresh, *Notification) {
	if len(body) != 4 {
		return Refresh{}, &Notification{Code: CodeRefresh, Sub: SubRefreshLength}
	}
	return Refresh{route.NewFamily(binary.BigEndian.Uint16(body), body[3]), body[2]}, nil
}

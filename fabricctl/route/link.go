package route

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"oneswitch/inventory"
)

// What a link NLRI of the fabric is made of (RFC 9552 sections 5.2 and 5.2.1.4,
// RFC 9086 section 4.1). The link is known directly, by hello, so the protocol
// is Direct; nodes are named by device id (IGP router id of 4 bytes), and the
// announcer by its control address too (BGP router id).
const (
	nlriLink          = 2
	protocolDirect    = 4
	tlvLocalNode      = 256
	tlvRemoteNode     = 257
	tlvLinkIDs        = 258
	tlvAutonomous     = 512
	tlvIGPRouter      = 515
	tlvBGPRouter      = 516
	tlvLinkName       = 1098
	fabricAS          = 100
	linkHeader        = 4 + 1 + 8 // type, length, protocol, identifier
	shortestIdentNode = 4
)

func appendLink(b []byte, r Link) []byte {
	start := len(b)
	b = append(b, 0, nlriLink, 0, 0, protocolDirect)
	b = binary.BigEndian.AppendUint64(b, 0) // one instance: the default topology
	b = appendTLV(b, tlvLocalNode, func(b []byte) []byte {
		b = appendNumber(b, tlvAutonomous, fabricAS)
		b = appendNumber(b, tlvIGPRouter, uint32(r.Device))
		return appendNumber(b, tlvBGPRouter, binary.BigEndian.Uint32(v4(r.NextHop)))
	})
	b = appendTLV(b, tlvRemoteNode, func(b []byte) []byte {
		b = appendNumber(b, tlvAutonomous, fabricAS)
		return appendNumber(b, tlvIGPRouter, uint32(r.Peer))
	})
	b = appendTLV(b, tlvLinkIDs, func(b []byte) []byte {
		b = binary.BigEndian.AppendUint32(b, portNumber(r.Port))
		return binary.BigEndian.AppendUint32(b, 0) // remote identifier unknown (RFC 5307 section 1.1)
	})
	binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start-4))
	return b
}

func appendTLV(b []byte, kind uint16, body func([]byte) []byte) []byte {
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = body(append(b, 0, 0))
	binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start-4))
	return b
}

func appendNumber(b []byte, kind uint16, v uint32) []byte {
	return appendTLV(b, kind, func(b []byte) []byte { return binary.BigEndian.AppendUint32(b, v) })
}

// portNumber is the link-local identifier of a port. The kind is left out: FPC,
// PIC and number are unique in a member.
func portNumber(p inventory.Port) uint32 {
	return uint32(p.FPC)<<24 | uint32(p.PIC)<<16 | uint32(p.Num)
}

// tlvs calls each for every TLV of b, and stops at the first error.
func tlvs(b []byte, each func(kind uint16, value []byte) error) error {
	for len(b) > 0 {
		if len(b) < 4 {
			return fmt.Errorf("%w: %d stray bytes behind the TLVs", ErrNLRI, len(b))
		}
		kind, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if 4+n > len(b) {
			return fmt.Errorf("%w: TLV %d of %d bytes, %d are left", ErrNLRI, kind, n, len(b)-4)
		}
		if err := each(kind, b[4:4+n]); err != nil {
			return err
		}
		b = b[4+n:]
	}
	return nil
}

// decodeLink reads a link NLRI. Port.Kind is fte until the attribute says more.
// Descriptors that we do not use are passed over (RFC 9552 section 5.1).
func decodeLink(nlri []byte) (Link, error) {
	if len(nlri) < linkHeader || binary.BigEndian.Uint16(nlri) != nlriLink {
		return Link{}, fmt.Errorf("%w: not a link", ErrNLRI)
	}
	var r Link
	err := tlvs(nlri[linkHeader:], func(kind uint16, v []byte) error {
		switch kind {
		case tlvLocalNode:
			device, address, err := decodeNode(v)
			r.Device, r.NextHop = device, address
			return err
		case tlvRemoteNode:
			device, _, err := decodeNode(v)
			r.Peer = device
			return err
		case tlvLinkIDs:
			if len(v) != 8 {
				return fmt.Errorf("%w: link identifiers of %d bytes, want 8", ErrNLRI, len(v))
			}
			r.Port = inventory.Port{Kind: inventory.KindFTE, FPC: v[0], PIC: v[1], Num: binary.BigEndian.Uint16(v[2:])}
		}
		return nil
	})
	return r, err
}

func decodeNode(b []byte) (d inventory.DeviceID, a netip.Addr, err error) {
	err = tlvs(b, func(kind uint16, v []byte) error {
		switch kind {
		case tlvIGPRouter:
			if len(v) < shortestIdentNode { // 4 OSPF, 6 or 7 IS-IS, 8 a pseudonode
				return fmt.Errorf("%w: IGP router id of %d bytes", ErrNLRI, len(v))
			}
			d = inventory.DeviceID(binary.BigEndian.Uint32(v))
		case tlvBGPRouter:
			if len(v) != 4 {
				return fmt.Errorf("%w: BGP router id of %d bytes, want 4", ErrNLRI, len(v))
			}
			a = netip.AddrFrom4([4]byte(v))
		}
		return nil
	})
	return d, a, err
}

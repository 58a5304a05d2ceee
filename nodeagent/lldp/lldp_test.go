package lldp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

func source() MAC { return MAC{2, 0, 0, 0, 0, 5} }

func sample() PDU {
	return PDU{
		Chassis: ID{ChassisMAC, "\x02\x00\x00\x00\x00\x05"}, Port: ID{PortInterface, "xe-0/0/7"}, TTL: Hold,
		PortDescription: "to h1", SystemName: "Node0", SystemDescription: "oneswitch", Supported: CapBridge, Enabled: CapBridge,
		Management: "\x0a\x00\x00\x01", ManagementFamily: 1,
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range []PDU{sample(), {Chassis: ID{7, "x"}, Port: ID{7, "y"}}} {
		got, err := Parse(append(want.Marshal(source()), make([]byte, 30)...))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
}

// TestForeignDecoder holds our bytes against an implementation that is not ours.
func TestForeignDecoder(t *testing.T) {
	t.Parallel()
	p := gopacket.NewPacket(sample().Marshal(source()), layers.LayerTypeEthernet, gopacket.Default)
	if p.ErrorLayer() != nil {
		t.Fatal(p.ErrorLayer().Error())
	}
	l := p.Layer(layers.LayerTypeLinkLayerDiscovery).(*layers.LinkLayerDiscovery)
	i := p.Layer(layers.LayerTypeLinkLayerDiscoveryInfo).(*layers.LinkLayerDiscoveryInfo)
	if string(l.PortID.ID) != "xe-0/0/7" || l.TTL != Hold || i.SysName != "Node0" || i.MgmtAddress.Address[0] != 10 {
		t.Errorf("decoded %+v %+v", l, i)
	}
}

func tlv(kind int, value string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(kind<<9|len(value))), value...)
}

func frame(tlvs ...[]byte) []byte {
	dst, src := Destination(), source()
	return append(append(append(dst[:], src[:]...), 0x88, 0xcc), bytes.Join(tlvs, nil)...)
}

// TestRefused holds rows A55 of reliability.md: what other implementations leaked
// on or read beyond.
func TestRefused(t *testing.T) {
	t.Parallel()
	c, p, ttl := tlv(tlvChassis, "\x04\x02\x00\x00\x00\x00\x05"), tlv(tlvPort, "\x05xe0"), tlv(tlvTTL, "\x00\x78")
	end := tlv(tlvEnd, "")
	for name, f := range map[string][]byte{
		"empty":                    frame(),
		"no chassis":               frame(p, ttl, end),
		"wrong order":              frame(p, c, ttl, end),
		"no ttl":                   frame(c, p, end),
		"second chassis":           frame(c, p, ttl, c, end),
		"second system name":       frame(c, p, ttl, tlv(tlvSystemName, "a"), tlv(tlvSystemName, "b"), end),
		"empty chassis":            frame(tlv(tlvChassis, ""), p, ttl, end),
		"chassis without id":       frame(tlv(tlvChassis, "\x04"), p, ttl, end),
		"short ttl":                frame(c, p, tlv(tlvTTL, "\x01"), end),
		"short capabilities":       frame(c, p, ttl, tlv(tlvCapabilities, "\x00"), end),
		"management, length 0":     frame(c, p, ttl, tlv(tlvManagement, "\x00\x00\x00\x00\x00\x00\x00\x00\x00"), end),
		"management, length 255":   frame(c, p, ttl, tlv(tlvManagement, "\xff\x01\x00\x00\x00\x00\x00\x00\x00"), end),
		"management, oid too long": frame(c, p, ttl, tlv(tlvManagement, "\x02\x01\x0a\x01\x00\x00\x00\x00\x09"), end),
		"beyond the frame":         frame(c, p, ttl, []byte{0x0a, 0x40, 'x'}),
		"half a header":            frame(c, p, ttl, []byte{0x0a}),
		"end with content":         frame(c, p, ttl, tlv(tlvEnd, "x")),
		"other ethertype":          bytes.Replace(frame(c, p, ttl, end), []byte{0x88, 0xcc}, []byte{0x88, 0xcd}, 1),
	} {
		if _, err := Parse(f); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse(frame(c, p, ttl, tlv(127, "\x00\x80\xc2\x01"), tlv(9, "?"), end)); err != nil {
		t.Errorf("unknown TLVs are to be skipped: %v", err)
	}
}

func TestPortTimes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	var p Port
	if p.Due(now) {
		t.Error("a port that is down sends")
	}
	p.Link(true, now)
	if !p.Due(now) || p.Due(now) {
		t.Error("a port that comes up sends once, at once")
	}
	if p.Due(now.Add(Interval - time.Second)) {
		t.Error("sent before the interval has passed")
	}
	if !p.Due(now.Add(Interval)) {
		t.Error("did not send after the interval")
	}
	if changed, err := p.Receive(sample().Marshal(source()), now); err != nil || !changed {
		t.Errorf("first LLDPDU: %v, %v", changed, err)
	}
	if changed, _ := p.Receive(sample().Marshal(source()), now); changed {
		t.Error("a refresh is no change")
	}
	p.Due(now.Add(Hold * time.Second))
	if n := len(p.Neighbors()); n != 1 {
		t.Errorf("%d neighbours at the end of the time to live", n)
	}
	p.Due(now.Add((Hold + 1) * time.Second))
	if n := len(p.Neighbors()); n != 0 || p.Stats().Aged != 1 {
		t.Errorf("%d neighbours after it", n)
	}
}

func TestPortBounds(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	var p Port
	p.Link(true, now)
	for i := range 10000 {
		f := sample()
		f.Chassis.Value = fmt.Sprintf("%06d", i)
		if _, err := p.Receive(f.Marshal(source()), now); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(p.Neighbors()); n != MaxNeighbors || p.Stats().Ignored != 10000-MaxNeighbors {
		t.Errorf("%d neighbours are kept, %+v", n, p.Stats())
	}
	bye := sample()
	bye.Chassis.Value, bye.TTL = "000003", 0
	if changed, err := p.Receive(bye.Marshal(source()), now); !changed || err != nil || len(p.Neighbors()) != MaxNeighbors-1 {
		t.Errorf("shutdown LLDPDU: %v, %v", changed, err)
	}
	if _, err := p.Receive([]byte("x"), now); err == nil || p.Stats().Discarded != 1 {
		t.Errorf("garbage: %v, %+v", err, p.Stats())
	}
	p.Link(false, now)
	if len(p.Neighbors()) != 0 {
		t.Error("neighbours outlive the link")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ pdu, chassis, kind, port string }{
		{"04020000000005", "02:00:00:00:00:05", "Mac address", "xe0"},
		{"05010a000001", "10.0.0.1", "Network address", "xe0"},
		{"071b5b324a", ".[2J", "Locally assigned", "xe0"},
	} {
		b, err := hex.DecodeString(tc.pdu)
		if err != nil {
			t.Fatal(err)
		}
		p := PDU{Chassis: ID{b[0], string(b[1:])}, Port: ID{PortInterface, "xe0"}}
		if p.ChassisText() != tc.chassis || p.ChassisKind() != tc.kind || p.PortText() != tc.port || p.PortKind() != "Interface name" {
			t.Errorf("%s: %s, %s, %s", tc.pdu, p.ChassisText(), p.ChassisKind(), p.PortText())
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample().Marshal(source()))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		_ = p.ChassisText() + p.PortText()
		back, err := Parse(p.Marshal(source()))
		if err != nil || back != p {
			t.Fatalf("second round: %+v, %v\nfirst %+v", back, err, p)
		}
	})
}

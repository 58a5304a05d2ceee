package bgp

import (
	"encoding/binary"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gobgp "github.com/osrg/gobgp/v4/pkg/packet/bgp"

	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
)

// wire is one message of ours with a name.
type wire struct {
	name  string
	bytes []byte
}

func member() netip.Addr { return netip.MustParseAddr("128.0.130.8") }

func sampleOpen() Open {
	o := Open{
		AS: 100, Hold: 9 * time.Second, RouterID: member(), Families: route.Families(),
		Refresh: true, Enhanced: true, Extended: true,
		Restart: &Restart{Restarted: true, Notification: true, Time: 4095 * time.Second, Families: route.Families(), Preserved: route.Families()},
	}
	for _, f := range route.Families() {
		o.LongLived = append(o.LongLived, LongLived{Family: f, Preserved: true, Time: 24 * time.Hour})
	}
	return o
}

func sampleRoutes() []route.Route {
	mac := route.MAC{Domain: 10, MAC: inventory.MAC{2, 0x13, 0xdc, 0, 0x72, 1}, NextHop: member(), PortLabel: 24}
	moved, pinned, four, six := mac, mac, mac, mac
	moved.MAC[5], moved.Seq = 2, 7
	pinned.MAC[5], pinned.Sticky = 3, true
	four.MAC[5], four.IP = 4, netip.MustParseAddr("192.0.2.4")
	six.MAC[5], six.IP = 5, netip.MustParseAddr("2001:db8::5")
	return []route.Route{
		mac, moved, pinned, four, six,
		route.Flood{Domain: 10, NextHop: member(), TreeLabel: inventory.TreeLabel(10)},
		route.Link{NextHop: member(), Device: 7, Port: inventory.Port{Kind: inventory.KindFTE, Num: 3}, Peer: 9},
		route.Membership{AS: 100, Target: route.DomainTarget(10), Len: 96},
		route.Membership{},
	}
}

// conversation is every kind of message that we send.
func conversation() []wire {
	out := []wire{
		{"OPEN", AppendOpen(nil, sampleOpen())},
		{"KEEPALIVE", AppendKeepalive(nil)},
		{"NOTIFICATION", AppendNotification(nil, Cease(SubShutdown, "shutting down"))},
	}
	for _, f := range route.Families() {
		out = append(out, wire{"End-of-RIB " + f.Table(), AppendEndOfRIB(nil, f)},
			wire{"ROUTE-REFRESH " + f.Table(), AppendRefresh(nil, Refresh{f, RefreshBegin})})
	}
	for _, r := range sampleRoutes() {
		p := Packer{}
		p.Reach(r.Family(), member(), route.AppendAttrs(nil, r))
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		out = append(out, wire{"announce " + r.String(), p.Buf})
		p = Packer{}
		p.Unreach(r.Family())
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		out = append(out, wire{"withdraw " + r.String(), p.Buf})
	}
	return out
}

// TestTsharkDecodes has tshark read all our messages and find nothing wrong.
func TestTsharkDecodes(t *testing.T) {
	t.Parallel()
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Fatal("tshark is missing: install the Debian package tshark")
	}
	msgs := conversation()
	file := filepath.Join(t.TempDir(), "bgp.pcap")
	if err := os.WriteFile(file, pcap(msgs), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(args ...string) string {
		out, err := exec.Command(tshark, append([]string{"-r", file, "-o", "tcp.analyze_sequence_numbers:FALSE"}, args...)...).Output()
		if err != nil {
			t.Fatalf("tshark %q: %v", args, err)
		}
		return string(out)
	}
	types := strings.Fields(read("-T", "fields", "-e", "bgp.type"))
	if len(types) != len(msgs) {
		t.Fatalf("tshark sees %d BGP messages, want %d", len(types), len(msgs))
	}
	for i, m := range msgs {
		if want := Type(m.bytes[markerLen+2]); types[i] != string('0'+byte(want)) {
			t.Errorf("%s: tshark sees type %s, want %d", m.name, types[i], want)
		}
	}
	if bad := read("-Y", "_ws.malformed || _ws.expert.severity >= warning || _ws.expert.group == malformed || _ws.expert.group == undecoded", "-V", "-O", "bgp"); bad != "" {
		t.Errorf("tshark complains:\n%s", bad)
	}
	text := read("-V", "-O", "bgp")
	for _, want := range []string{
		"(128.0.130.8:1)", "(02:13:dc:00:72:01)", "MAC Mobility: Sticky MAC", "Tunnel Type: Ingress Replication",
		"MPLS Label: 100010", "MPLS Label 1: 24", "2001:db8::5", "Link-State NLRI Link NLRI", "Link Name: fte-0/0/3",
		"Route Target: 65534:33554442", "Restart state: Yes", "Long-Lived Graceful Restart",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("tshark does not print %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// pcap puts each message into one TCP segment of a capture of raw IPv4 packets.
func pcap(msgs []wire) []byte {
	const rawIPv4 = 228
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint16(le.AppendUint16(b, 2), 4)
	b = le.AppendUint32(le.AppendUint64(b, 0), 1<<16)
	b = le.AppendUint32(b, rawIPv4)
	seq := uint32(1)
	for i, m := range msgs {
		packet := segment(seq, m.bytes)
		seq += uint32(len(m.bytes))
		b = le.AppendUint32(le.AppendUint32(b, uint32(i)), 0)
		b = le.AppendUint32(le.AppendUint32(b, uint32(len(packet))), uint32(len(packet)))
		b = append(b, packet...)
	}
	return b
}

func segment(seq uint32, payload []byte) []byte {
	be := binary.BigEndian
	b := []byte{0x45, 0}
	b = be.AppendUint16(b, uint16(40+len(payload)))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0, 128, 0, 130, 8, 128, 0, 128, 6)
	b = be.AppendUint16(be.AppendUint16(b, 40000), 179)
	b = be.AppendUint32(be.AppendUint32(b, seq), 1)
	b = append(b, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0)
	return append(b, payload...)
}

// TestForeignCodec has gobgp's codec decode all our messages and encode them again
// to the same bytes.
func TestForeignCodec(t *testing.T) {
	t.Parallel()
	for _, m := range conversation() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			msg, err := gobgp.ParseBGPMessage(m.bytes)
			if err != nil {
				t.Fatal(err)
			}
			if u, ok := msg.Body.(*gobgp.BGPUpdate); ok {
				checkUpdate(t, m.name, u)
			}
		})
	}
}

func checkUpdate(t *testing.T, name string, u *gobgp.BGPUpdate) {
	for _, a := range u.PathAttributes {
		if _, unknown := a.(*gobgp.PathAttributeUnknown); unknown {
			t.Errorf("attribute %v is unknown to gobgp", a.GetType())
		}
		if reach, ok := a.(*gobgp.PathAttributeMpReachNLRI); ok {
			if len(reach.Value) != 1 {
				t.Errorf("%d NLRIs, want 1", len(reach.Value))
			}
			if strings.Contains(name, ".02:13:dc") && !strings.Contains(reach.Value[0].NLRI.String(), "[rd:128.0.130.8:1][etag:10][mac:02:13:dc:00:72:") {
				t.Errorf("gobgp reads %v", reach.Value[0].NLRI)
			}
		}
	}
}

// TestOpenFromForeignCodec decodes an OPEN that gobgp has encoded.
func TestOpenFromForeignCodec(t *testing.T) {
	t.Parallel()
	caps := gobgp.NewOptionParameterCapability([]gobgp.ParameterCapabilityInterface{
		gobgp.NewCapMultiProtocol(gobgp.RF_EVPN),
		gobgp.NewCapFourOctetASNumber(4200000000),
		gobgp.NewCapRouteRefresh(),
		gobgp.NewCapExtendedMessage(),
		gobgp.NewCapGracefulRestart(true, true, 120, []*gobgp.CapGracefulRestartTuple{gobgp.NewCapGracefulRestartTuple(gobgp.RF_EVPN, true)}),
		gobgp.NewCapLongLivedGracefulRestart([]*gobgp.CapLongLivedGracefulRestartTuple{gobgp.NewCapLongLivedGracefulRestartTuple(gobgp.RF_EVPN, true, 3600)}),
	})
	msg, err := gobgp.NewBGPOpenMessage(23456, 9, member(), []gobgp.OptionParameterInterface{caps})
	if err != nil {
		t.Fatal(err)
	}
	b, err := msg.Serialize()
	if err != nil {
		t.Fatal(err)
	}
	o, note := ParseOpen(b[HeaderLen:])
	if note != nil {
		t.Fatal(note)
	}
	if o.AS != 4200000000 || o.RouterID != member() || o.Hold != 9*time.Second || !o.Refresh || !o.Extended ||
		!o.Keeps(route.EVPN) || o.Keeps(route.Targets) || !o.Restart.Restarted || !o.Restart.Notification ||
		o.Restart.Time != 2*time.Minute || o.Stale(route.EVPN) != time.Hour {
		t.Errorf("%+v %+v", o, o.Restart)
	}
}

package bgp

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	alive := AppendKeepalive(nil)
	change := func(i int, b byte) []byte {
		m := bytes.Clone(alive)
		m[i] = b
		return m
	}
	for _, c := range []struct {
		name      string
		in        []byte
		whole     bool
		code, sub uint8
	}{
		{"whole", alive, true, 0, 0},
		{"header cut", alive[:18], false, 0, 0},
		{"body cut", AppendEndOfRIB(nil, route.EVPN)[:25], false, 0, 0},
		{"marker", change(3, 0), false, CodeHeader, SubNotSynchronized},
		{"type 0", change(18, 0), false, CodeHeader, SubBadType},
		{"type 6", change(18, 6), false, CodeHeader, SubBadType},
		{"length 18", change(17, 18), false, CodeHeader, SubBadLength},
		{"KEEPALIVE with a body", change(17, 20), false, CodeHeader, SubBadLength},
		{"too long", change(16, 0x10+1), false, CodeHeader, SubBadLength},
		{"short UPDATE", change(18, 2), false, CodeHeader, SubBadLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			msg, _, note := split(c.in, MaxStandard)
			if (msg != nil) != c.whole {
				t.Errorf("message %x", msg)
			}
			if (note != nil) != (c.code != 0) || note != nil && (note.Code != c.code || note.Sub != c.sub) {
				t.Errorf("notification %v", note)
			}
		})
	}
}

func TestOpenRoundTrip(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Open{
		"all capabilities": sampleOpen(),
		"bare":             {AS: 100, Hold: 3 * time.Second, RouterID: member()},
		"four-octet AS":    {AS: 4200000000, Hold: 9 * time.Second, RouterID: member()},
	} {
		got, note := ParseOpen(AppendOpen(nil, o)[HeaderLen:])
		if note != nil || !reflect.DeepEqual(got, o) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, note, o)
		}
	}
}

func TestOpenRefusals(t *testing.T) {
	t.Parallel()
	good := AppendOpen(nil, sampleOpen())[HeaderLen:]
	with := func(change func([]byte)) []byte {
		b := bytes.Clone(good)
		change(b)
		return b
	}
	bare := []byte{4, 0, 100, 0, 9, 1, 2, 3, 4}
	for _, c := range []struct {
		name string
		in   []byte
		sub  uint8
	}{
		{"version 3", with(func(b []byte) { b[0] = 3 }), SubVersion},
		{"hold time 2", with(func(b []byte) { b[3], b[4] = 0, 2 }), SubHoldTime},
		{"hold time 0", with(func(b []byte) { b[3], b[4] = 0, 0 }), SubHoldTime},
		{"router id 0", with(func(b []byte) { clear(b[5:9]) }), SubBadIdentifier},
		{"parameters overrun", with(func(b []byte) { b[9]++ }), 0},
		{"parameters too short", with(func(b []byte) { b[9]-- }), 0},
		{"parameter overruns", with(func(b []byte) { b[11]++ }), 0},
		{"capability overruns", with(func(b []byte) { b[len(b)-22]++ }), 0},
		{"authentication parameter", append(bytes.Clone(bare), 3, 1, 1, 0), SubParameter},
		{"AS 0", append([]byte{4, 0, 0, 0, 9, 1, 2, 3, 4}, 0), SubBadAS},
		{"family of 3 bytes", append(bytes.Clone(bare), 7, 2, 5, 1, 3, 0, 25, 70), 0},
		{"restart of 3 bytes", append(bytes.Clone(bare), 7, 2, 5, 64, 3, 0, 0, 0), 0},
	} {
		if _, note := ParseOpen(c.in); note == nil || note.Code != CodeOpen || note.Sub != c.sub {
			t.Errorf("%s: %v, want 2/%d", c.name, note, c.sub)
		}
	}
}

// TestExtendedParameters reads the long form of the optional parameters, with more
// capabilities than the short one can hold.
func TestExtendedParameters(t *testing.T) {
	t.Parallel()
	var caps []byte
	for range 100 {
		caps = append(caps, 200, 2, 1, 2) // unknown: passed over
	}
	caps = append(caps, capFamily, 4, 0, 25, 0, 70)
	b := []byte{4, 0, 100, 0, 9, 1, 2, 3, 4, 255, 255, byte((len(caps) + 3) >> 8), byte(len(caps) + 3)}
	b = append(b, paramCaps, byte(len(caps)>>8), byte(len(caps)))
	o, note := ParseOpen(append(b, caps...))
	if note != nil || len(o.Families) != 1 || o.Families[0] != route.EVPN {
		t.Errorf("%+v, %v", o, note)
	}
}

// TestTruncation cuts each of our messages at every byte: no decoder may panic.
func TestTruncation(t *testing.T) {
	t.Parallel()
	for _, m := range conversation() {
		for n := range m.bytes {
			if msg, _, note := split(m.bytes[:n], MaxExtended); msg != nil || note != nil {
				t.Fatalf("%s cut at %d: %x, %v", m.name, n, msg, note)
			}
		}
		body := m.bytes[HeaderLen:]
		for n := range body {
			decodeAll(body[:n])
		}
		for i := range 8 * len(body) { // and one flipped bit
			b := bytes.Clone(body)
			b[i/8] ^= 1 << (i % 8)
			decodeAll(b)
		}
	}
}

func decodeAll(body []byte) {
	ParseOpen(body)
	ParseRefresh(body)
	if len(body) >= 2 {
		_ = parseNotification(body).Error()
	}
}

// TestPacker: however many NLRIs, all arrive, in order, in messages of legal size.
func TestPacker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 400).Draw(t, "routes")
		attrs := route.AppendAttr(nil, route.FlagOptional|route.FlagTransitive, route.AttrCommunities,
			make([]byte, 4*rapid.IntRange(1, MaxAttrs/4-8).Draw(t, "communities")))
		p := Packer{}
		p.Reach(route.EVPN, member(), attrs)
		var want []byte
		for i := range n {
			nlri := route.AppendNLRI(nil, route.MAC{Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, byte(i >> 8), byte(i)}, NextHop: member()})
			p.Add(nlri)
			want = append(want, nlri...)
		}
		p.End()
		var got []byte
		count := 0
		for rest := p.Buf; len(rest) > 0; count++ {
			msg, left, note := split(rest, MaxStandard)
			if note != nil || msg == nil {
				t.Fatalf("message %d: %v", count, note)
			}
			a, more, err := route.NextAttr(msg[HeaderLen+4:])
			if err != nil || a.Type != route.AttrReach || !bytes.Equal(more, attrs) {
				t.Fatalf("message %d: %+v, %v", count, a, err)
			}
			got = append(got, a.Value[9:]...)
			rest = left
		}
		if !bytes.Equal(got, want) || count != p.Messages {
			t.Fatalf("%d messages (said %d), %d bytes of %d", count, p.Messages, len(got), len(want))
		}
	})
}

func TestNotificationText(t *testing.T) {
	t.Parallel()
	n := parseNotification(AppendNotification(nil, Cease(SubHardReset, "bye\xff"))[HeaderLen:])
	if n.Error() != `received NOTIFICATION cease (6/9): "bye?"` || !n.HardReset() {
		t.Error(n)
	}
}

func FuzzParseOpen(f *testing.F) {
	f.Add(AppendOpen(nil, sampleOpen())[HeaderLen:])
	f.Fuzz(func(t *testing.T, b []byte) {
		o, note := ParseOpen(b)
		if note != nil {
			return
		}
		// What was understood can be said, and is understood the same.
		if len(o.Families) > 16 || o.Restart != nil && len(o.Restart.Families) > 16 || len(o.LongLived) > 8 {
			return // does not fit the short form of the parameters
		}
		again, note := ParseOpen(AppendOpen(nil, o)[HeaderLen:])
		if note != nil || again.AS != o.AS || again.RouterID != o.RouterID || again.Hold != o.Hold || len(again.Families) != len(o.Families) {
			t.Errorf("%+v became %+v, %v", o, again, note)
		}
	})
}

func FuzzMessages(f *testing.F) {
	for _, m := range conversation() {
		f.Add(m.bytes)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole := 0
		for rest := b; ; {
			msg, left, note := split(rest, MaxExtended)
			if note != nil || msg == nil {
				break
			}
			whole += len(msg)
			decodeAll(msg[HeaderLen:])
			rest = left
		}
		seen := 0
		for _, body := range Messages(b[:whole]) {
			seen += HeaderLen + len(body)
		}
		if seen != whole {
			t.Errorf("walked over %d of %d bytes", seen, whole)
		}
	})
}

package hello

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"oneswitch/inventory"
)

func sample() Hello {
	return Hello{
		Source: inventory.MAC{2, 0, 0, 0, 0, 7}, Serial: "IC-A9122", Device: 11, Role: inventory.RoleInterconnect,
		Port: inventory.Port{Kind: inventory.KindFTE, Num: 3}, Heard: 4, Reach: []inventory.DeviceID{1, 4, 8999},
		Count: Count{77, 1 << 40}, Echo: Count{1 << 63, 5},
	}
}

func key(tb testing.TB, secret string) Key {
	tb.Helper()
	k, err := NewKey([]byte(secret))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	k := key(t, "secret")
	node := sample()
	node.Role, node.Reach, node.Heard, node.Device = inventory.RoleNode, nil, 0, 0
	for _, want := range []Hello{sample(), node} {
		b, err := want.Seal(k)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Open(append(b, make([]byte, 20)...), k) // padded on the wire
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
	}
}

// TestForged: no octet of a hello can be changed by who has not the key, and a hello of
// another fabric is none.
func TestForged(t *testing.T) {
	t.Parallel()
	k := key(t, "secret")
	good, err := sample().Seal(k)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		b := bytes.Clone(good)
		b[i] ^= 1
		if _, err := Open(b, k); err == nil {
			t.Errorf("octet %d was changed and nobody noticed", i)
		}
	}
	for i := lengthAt + 2; i < len(good); i++ {
		b := bytes.Clone(good)
		b[i] ^= 0x80
		if _, err := Open(b, k); !errors.Is(err, ErrForged) {
			t.Errorf("octet %d changed: %v, want %v", i, err, ErrForged)
		}
	}
	if _, err := Open(good, key(t, "another secret")); !errors.Is(err, ErrForged) {
		t.Errorf("a hello of another fabric: %v, want %v", err, ErrForged)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	k := key(t, "secret")
	change := func(f func(*Hello)) []byte {
		h := sample()
		f(&h)
		b, err := h.Seal(k)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good := change(func(*Hello) {})
	at := func(i int, v byte) []byte { b := bytes.Clone(good); b[i] = v; return b }
	for name, tc := range map[string]struct {
		frame []byte
		want  string
	}{
		"other version":    {at(18, 9), "version 9"},
		"other magic":      {at(14, 'X'), "not a fabric hello"},
		"other ethertype":  {at(13, 0), "not a fabric hello"},
		"other address":    {at(5, 0), "not a fabric hello"},
		"short length":     {at(lengthAt+1, 3), "length of 3 octets"},
		"director":         {change(func(h *Hello) { h.Role = inventory.RoleDirector }), "does not send"},
		"no role":          {change(func(h *Hello) { h.Role = 0 }), "does not send"},
		"no serial":        {change(func(h *Hello) { h.Serial = "" }), "serial"},
		"binary serial":    {change(func(h *Hello) { h.Serial = "\xff" }), "serial"},
		"no port":          {change(func(h *Hello) { h.Port = inventory.Port{} }), "port name"},
		"device id":        {change(func(h *Hello) { h.Device = 9000 }), "device id 9000"},
		"multicast source": {change(func(h *Hello) { h.Source[0] = 1 }), "source address"},
	} {
		if _, err := Open(tc.frame, k); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	for n := range good {
		if _, err := Open(good[:n], k); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	t.Parallel()
	h := sample()
	h.Reach = make([]inventory.DeviceID, MaxReach+1)
	if _, err := h.Seal(Key{}); err == nil {
		t.Error("too many devices were taken")
	}
	h = sample()
	h.Serial = inventory.MemberID(strings.Repeat("x", MaxSerial+1))
	if _, err := h.Seal(Key{}); err == nil {
		t.Error("too long a serial number was taken")
	}
}

func TestLivesDiffer(t *testing.T) {
	t.Parallel()
	k, seen := key(t, "secret"), map[uint64]bool{}
	for random := range uint64(3) {
		for _, port := range []string{"fte-0/1/0", "fte-0/1/1"} {
			for times := range uint64(3) {
				seen[NewLife(k, random, port, times)] = true
			}
		}
	}
	if len(seen) != 18 {
		t.Errorf("%d lives of 18 differ", len(seen))
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	probe := Probe(inventory.MAC{2, 0, 0, 0, 0, 7}, Count{7, 8})
	h, err := sample().Seal(key(t, "secret"))
	if err != nil || IsProbe(h) || !IsProbe(probe) || IsProbe(probe[:17]) {
		t.Errorf("probe and hello are mistaken for each other (%v)", err)
	}
	if _, err := Open(probe, key(t, "secret")); err == nil {
		t.Error("a probe was taken for a hello")
	}
}

// FuzzOpen: no frame makes Open panic, and one whose seal holds, whatever its
// content, is read the same after it was written again.
func FuzzOpen(f *testing.F) {
	k := key(f, "secret")
	b, err := sample().Seal(k)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)-sealLen])
	f.Add(Probe(inventory.MAC{2}, Count{1, 2}))
	f.Fuzz(func(t *testing.T, frame []byte) {
		if _, err := Open(frame, k); err == nil && IsProbe(frame) {
			t.Fatal("a hello and a probe at once")
		}
		if len(frame) < lengthAt+2 || len(frame) > 1<<15 {
			return
		}
		frame = bytes.Clone(frame)
		binary.BigEndian.PutUint16(frame[lengthAt:], uint16(len(frame)))
		seal := k.seal(frame)
		h, err := Open(append(frame, seal[:]...), k)
		if err != nil {
			return
		}
		again, err := h.Seal(k)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Open(again, k); err != nil || !reflect.DeepEqual(back, h) {
			t.Fatalf("second round: %+v, %v", back, err)
		}
	})
}

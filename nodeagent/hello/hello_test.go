package hello

import (
	"bytes"
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
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	node := sample()
	node.Role, node.Reach, node.Heard, node.Device = inventory.RoleNode, nil, 0, 0
	for _, want := range []Hello{sample(), node} {
		b, err := want.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(append(b, make([]byte, 20)...)) // padded on the wire
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	change := func(f func(*Hello)) []byte {
		h := sample()
		f(&h)
		b, err := h.Marshal()
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
		"director":         {change(func(h *Hello) { h.Role = inventory.RoleDirector }), "does not send"},
		"no role":          {at(19, 0), "does not send"},
		"no serial":        {change(func(h *Hello) { h.Serial = "" }), "serial"},
		"binary serial":    {change(func(h *Hello) { h.Serial = "\xff" }), "serial"},
		"no port":          {change(func(h *Hello) { h.Port = inventory.Port{} }), "port name"},
		"device id":        {change(func(h *Hello) { h.Device = 9000 }), "device id 9000"},
		"multicast source": {change(func(h *Hello) { h.Source[0] = 1 }), "source address"},
	} {
		if _, err := Parse(tc.frame); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	for n := range good {
		if _, err := Parse(good[:n]); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	t.Parallel()
	h := sample()
	h.Reach = make([]inventory.DeviceID, MaxReach+1)
	if _, err := h.Marshal(); err == nil {
		t.Error("too many devices were taken")
	}
	h = sample()
	h.Serial = inventory.MemberID(strings.Repeat("x", MaxSerial+1))
	if _, err := h.Marshal(); err == nil {
		t.Error("too long a serial number was taken")
	}
}

func FuzzParse(f *testing.F) {
	b, err := sample().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, frame []byte) {
		h, err := Parse(frame)
		if err != nil {
			return
		}
		again, err := h.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Parse(again); err != nil || !reflect.DeepEqual(back, h) {
			t.Fatalf("second round: %+v, %v", back, err)
		}
	})
}

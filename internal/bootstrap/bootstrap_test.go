package bootstrap

import (
	"strings"
	"testing"
)

const node = `{"serial": "BBAK0372", "role": "node-device", "address": "192.0.2.20/24", "interface": "bme0",
 "state": "/var/lib/oneswitch", "fabric_key": "/etc/oneswitch/fabric_key.pub", "directors": ["192.0.2.2"],
 "reflectors": ["192.0.2.6"], "plane": "ebpf", "pins": "/sys/fs/bpf/oneswitch"}`

func TestParse(t *testing.T) {
	t.Parallel()
	f, err := Parse([]byte(node))
	if err != nil {
		t.Fatal(err)
	}
	if f.Ports != (Ports{SSH: 22, NETCONF: 830, CallHome: 4334, BGP: 179}) {
		t.Errorf("ports %+v, want the standard ones", f.Ports)
	}
	for name, tc := range map[string]struct{ from, to, want string }{
		"misspelt key":    {`"pins"`, `"pinns"`, "pinns"},
		"no serial":       {`"BBAK0372"`, `""`, "serial is empty"},
		"unknown role":    {`"node-device"`, `"leaf"`, `"leaf"`},
		"address alone":   {`192.0.2.20/24`, `192.0.2.20`, "192.0.2.20"},
		"no directors":    {`["192.0.2.2"]`, `[]`, "directors is empty"},
		"no reflectors":   {`["192.0.2.6"]`, `[]`, "reflectors is empty"},
		"unknown plane":   {`"ebpf"`, `"fast"`, `"ebpf" nor "memory"`},
		"director's part": {`"pins"`, `"director": {"db": "x"}, "pins"`, "director part"},
		"not JSON":        {`{"serial"`, `serial`, "invalid"},
	} {
		_, err := Parse([]byte(strings.Replace(node, tc.from, tc.to, 1)))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q in it", name, err, tc.want)
		}
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	t.Parallel()
	if _, err := Load("/nonexistent/node.json"); err == nil || !strings.Contains(err.Error(), "/nonexistent/node.json") {
		t.Errorf("error does not name the file: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(node))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"serial":"x","role":"director-device","director":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if file, err := Parse(b); err == nil && (file.Serial == "" || len(file.Directors) == 0) {
			t.Errorf("an incomplete file was taken: %+v", file)
		}
	})
}

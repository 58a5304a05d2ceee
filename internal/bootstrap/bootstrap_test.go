package bootstrap

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const node = `{"serial": "BBAK0372", "role": "node-device", "address": "192.0.2.20/24", "interface": "bme0",
 "state": "/var/lib/oneswitch", "fabric_key": "/etc/oneswitch/fabric_key.pub", "fabric_secret": "/etc/oneswitch/fabric_secret", "directors": ["192.0.2.2"],
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
		"no secret":       {`/etc/oneswitch/fabric_secret`, ``, "fabric_secret is empty"},
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

func TestReadSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	f := File{Secret: path}
	for name, tc := range map[string]struct {
		content string
		mode    os.FileMode
		want    string // of the error; empty when there is none
	}{
		"good":     {strings.Repeat("ab", 32) + "\n", 0o600, ""},
		"short":    {"secret\n", 0o600, "holds 6 characters"},
		"readable": {strings.Repeat("ab", 32), 0o640, "chmod 600"},
	} {
		err := errors.Join(os.WriteFile(path, []byte(tc.content), 0o600), os.Chmod(path, tc.mode))
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.ReadSecret()
		switch {
		case tc.want == "" && (err != nil || len(got) != 64):
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	if _, err := (File{Secret: path + ".gone"}).ReadSecret(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
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

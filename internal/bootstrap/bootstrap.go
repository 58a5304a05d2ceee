// Package bootstrap reads the one file that a component needs before it has
// spoken to anyone: who it is, where its control network is, and whom to trust.
// `oneswitch up` writes these files for a lab; on real boxes the installer does.
//
// The file is JSON. Unknown keys are errors, so that a misspelt key is found at
// start and not in an outage. It holds no secret, only paths of files that do.
package bootstrap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"oneswitch/inventory"
)

// File is the content of a bootstrap file.
type File struct {
	Serial    inventory.MemberID `json:"serial"`                  // serial number, or dg0, FC-0 for virtual components
	Role      inventory.Role     `json:"role"`                    // what this process is
	Model     string             `json:"model,omitempty"`         // hardware model to report
	Address   netip.Prefix       `json:"address"`                 // own control-plane address with its prefix length
	Interface string             `json:"interface"`               // control-plane interface, bme0
	State     string             `json:"state"`                   // directory for keys, journal, database; mode 0700
	FabricKey string             `json:"fabric_key"`              // path of the fabric key: the public half on members, the private half (same path without .pub) on directors
	Secret    string             `json:"fabric_secret,omitempty"` // path of the fabric secret, on all but directors: see ReadSecret
	Directors []netip.Addr       `json:"directors"`               // control-plane addresses of all directors
	Reflect   []netip.Addr       `json:"reflectors"`              // control-plane addresses of all fabric controls
	Ports     Ports              `json:"ports"`                   // TCP ports on the control plane
	Plane     string             `json:"plane,omitempty"`         // node-device, interconnect-device: ebpf or memory
	Pins      string             `json:"pins,omitempty"`          // node-device, interconnect-device: directory on a bpf file system
	Cables    string             `json:"cables,omitempty"`        // memory plane: directory of the cable sockets
	Director  *Director          `json:"director,omitempty"`
}

// Director is what directors need beside.
type Director struct {
	DB       string       `json:"db"`                 // sqlite:///path/of/file or mysql://user:password@host/name
	Virtual  netip.Prefix `json:"virtual"`            // virtual address that follows the leader (QFabric partition address)
	Password string       `json:"password"`           // file that holds the password of admin, mode 0600
	Forwards []netip.Addr `json:"forwards,omitempty"` // port forwards in front of it: they say whose connection each is (PROXY protocol, version 2)
}

// Ports are the TCP ports of the control plane. Zero means the standard port.
type Ports struct {
	SSH      uint16 `json:"ssh,omitempty"`      // 22: shell, exec, subsystem netconf
	NETCONF  uint16 `json:"netconf,omitempty"`  // 830 (RFC 6242 section 7)
	CallHome uint16 `json:"callhome,omitempty"` // 4334 (RFC 8071 section 6.1)
	BGP      uint16 `json:"bgp,omitempty"`      // 179
}

// OrStandard returns the ports with every zero replaced by the standard port.
func (p Ports) OrStandard() Ports {
	for _, f := range []struct {
		port     *uint16
		standard uint16
	}{{&p.SSH, 22}, {&p.NETCONF, 830}, {&p.CallHome, 4334}, {&p.BGP, 179}} {
		if *f.port == 0 {
			*f.port = f.standard
		}
	}
	return p
}

// Load reads and checks the file at path.
func Load(path string) (File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return File{}, fmt.Errorf("read bootstrap file: %w", err)
	}
	f, err := Parse(b)
	if err != nil {
		return File{}, fmt.Errorf("bootstrap file %s: %w", path, err)
	}
	return f, nil
}

// Parse reads and checks the bytes of a bootstrap file.
func Parse(b []byte) (File, error) {
	var f File
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return File{}, err
	}
	f.Ports = f.Ports.OrStandard()
	return f, f.check()
}

func (f File) check() error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New(what))
		}
	}
	need(f.Serial != "", "serial is empty")
	need(f.Role != inventory.RoleUnknown, "role is missing")
	need(f.Address.IsValid(), "address is missing: want address/length")
	need(f.State != "", "state is empty: want a directory")
	need(f.FabricKey != "", "fabric_key is empty: want the path of a key file")
	need(len(f.Directors) > 0, "directors is empty: want their control-plane addresses")
	need((f.Role == inventory.RoleDirector) == (f.Director != nil), "the director part belongs to the role director-device, and only there")
	member := f.Role == inventory.RoleNode || f.Role == inventory.RoleInterconnect
	need(!member || f.Plane == "ebpf" || f.Plane == "memory", `plane is neither "ebpf" nor "memory"`)
	need(f.Role == inventory.RoleDirector || f.Secret != "", "fabric_secret is empty: want the path of the file that holds the secret of the fabric")
	need(!member || len(f.Reflect) > 0, "reflectors is empty: want the control-plane addresses of the fabric controls")
	return errors.Join(errs...)
}

// minSecret is the least length of a fabric secret: 128 bits of chance in hexadecimal.
const minSecret = 32

// ReadSecret returns the secret of the fabric, which members and fabric controls share:
// it seals the hellos on fabric links and authenticates the BGP sessions. The file
// belongs to its reader alone (reliability.md A76); white space at its end is no part
// of the secret.
func (f File) ReadSecret() ([]byte, error) {
	info, err := os.Stat(f.Secret)
	if err != nil {
		return nil, fmt.Errorf("read fabric secret: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("read fabric secret: others may read %s (mode %04o): chmod 600 it", f.Secret, mode)
	}
	b, err := os.ReadFile(f.Secret)
	if err != nil {
		return nil, fmt.Errorf("read fabric secret: %w", err)
	}
	if b = bytes.TrimRight(b, " \t\r\n"); len(b) < minSecret {
		return nil, fmt.Errorf("read fabric secret: %s holds %d characters, at least %d are wanted: openssl rand -hex 32 makes one", f.Secret, len(b), minSecret)
	}
	return b, nil
}

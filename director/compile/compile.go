package compile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// Intents holds what each member shall do, by serial number.
type Intents map[inventory.MemberID]intent.Intent

// Problem says why the settings cannot be carried out by the fabric as it is. Every
// problem is an error: with one of them nothing is committed.
type Problem struct {
	Path string // configuration path at fault; empty when the whole fabric is
	Text string // as Junos would say it, without path
}

// Compile returns an intent for every enrolled node device and interconnect
// device, and all problems. Fabric controls and directors carry no intent: what
// they do does not depend on the configuration.
func Compile(s settings.Settings, known inventory.Snapshot) (Intents, []Problem) {
	f := newFabric(s, known)
	out := make(Intents)
	for _, m := range f.members {
		in := intent.Intent{
			Member: m.ID,
			Name:   m.Name(),
			Fabric: s.HostName,
			Role:   m.Role,
			Device: m.Device,
			Aging:  uint32(s.Aging / time.Second),
			Peers:  f.peers,
		}
		if m.Role == inventory.RoleNode {
			in.Group = f.group(m)
			f.switching(&in)
		}
		in = in.Canonical()
		if err := in.Check(); err != nil {
			f.problem("", "%s: %v", m.Name(), err)
		}
		out[m.ID] = in
	}
	return out, f.problems
}

// Unnumbered returns the names of the VLANs that have no vlan-id and no number in
// the snapshot yet. The caller has the numbers given out durably before it
// compiles, so that a VLAN keeps its number for as long as it lives.
func Unnumbered(s settings.Settings, known inventory.Snapshot) []string {
	var out []string
	for _, v := range s.VLANs {
		if _, ok := known.Domain(v.Name); !ok && v.ID == 0 && v.Name != settings.DefaultVLAN {
			out = append(out, v.Name)
		}
	}
	return out
}

// Members returns the enrolled nodes and interconnects under the names that the
// settings give them, whatever names the snapshot holds.
func Members(s settings.Settings, known inventory.Snapshot) []inventory.Member {
	alias := make(map[inventory.MemberID]string, len(s.Aliases))
	for _, a := range s.Aliases {
		alias[a.Member] = a.Name
	}
	var out []inventory.Member
	for _, m := range known.Members() {
		m.Alias = alias[m.ID]
		if carriesIntent(m) {
			out = append(out, m)
		}
	}
	return out
}

// carriesIntent reports whether the member is of a role that has an intent and is
// enrolled: it has its number and its address.
func carriesIntent(m inventory.Member) bool {
	return (m.Role == inventory.RoleNode || m.Role == inventory.RoleInterconnect) && m.Device != 0 && m.Address.IsValid()
}

// fabric is what is the same for all members during one Compile.
type fabric struct {
	settings settings.Settings
	members  []inventory.Member
	peers    []intent.Peer
	byName   map[string]inventory.MemberID // alias or serial number, as the user wrote it
	domains  map[string]intent.Domain      // by VLAN name
	ports    map[inventory.MemberID][]settings.Interface
	problems []Problem
}

func newFabric(s settings.Settings, known inventory.Snapshot) *fabric {
	f := &fabric{
		settings: s,
		members:  Members(s, known),
		byName:   make(map[string]inventory.MemberID),
		domains:  make(map[string]intent.Domain, len(s.VLANs)),
		ports:    make(map[inventory.MemberID][]settings.Interface),
	}
	for _, m := range f.members {
		if m.Device > inventory.MaxDeviceID {
			f.problem("", "%s has the device id %d, the highest is %d", m.Name(), m.Device, inventory.MaxDeviceID)
		}
		f.byName[string(m.ID)] = m.ID
		f.peers = append(f.peers, intent.Peer{Member: m.ID, Name: m.Name(), Role: m.Role, Device: m.Device, Address: m.Address})
	}
	// All intents share one list in its canonical order.
	slices.SortFunc(f.peers, func(a, b intent.Peer) int { return cmp.Compare(a.Device, b.Device) })
	for _, m := range f.members { // an alias wins over a serial number of the same text
		f.byName[m.Name()] = m.ID
	}
	f.number(known)
	for _, i := range s.Interfaces {
		if id, ok := f.byName[i.Name.Owner]; ok {
			f.ports[id] = append(f.ports[id], i)
		}
	}
	return f
}

func (f *fabric) problem(path, format string, args ...any) {
	f.problems = append(f.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// group returns the node group of m: the configured one, else one of its own that
// carries its name (QF-REF 1.5).
func (f *fabric) group(m inventory.Member) string {
	for _, g := range f.settings.Groups {
		for _, name := range g.Members {
			if f.byName[name] == m.ID {
				return g.Name
			}
		}
	}
	return m.Name()
}

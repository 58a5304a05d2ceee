package engine

import (
	"net/netip"
	"time"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/lldp"
)

// The views are what operational commands show. They are copies: the caller takes
// them on the goroutine that calls Step and may keep them.

// PortView is one port.
type PortView struct {
	PortChange
	Slot      fib.Slot
	Flapped   time.Time // last carrier change; zero before the first
	Changes   uint64    // carrier changes
	Far       FarView
	MACs      int // local addresses
	Malformed uint64
	Neighbors []lldp.Neighbor
	LLDP      lldp.Stats
}

// FarView is the far end of a fabric link.
type FarView struct {
	Member   inventory.MemberID // as it names itself; empty while none was heard
	Device   inventory.DeviceID
	Port     inventory.Port
	Usable   bool   // frames are sent to it
	OneWay   bool   // it does not hear us
	Silent   bool   // the link has a carrier, and probes are not answered
	Forged   uint64 // hellos that no member of the fabric has sealed
	Replayed uint64 // hellos that were recordings of older ones
}

// Ports returns the ports in the order of their names.
func (e *Engine) Ports() []PortView {
	out := make([]PortView, 0, len(e.ports.byName))
	for _, p := range e.sorted() {
		out = append(out, PortView{
			PortChange: p.PortChange, Slot: p.slot, Flapped: p.flapped, Changes: p.changes,
			Far: FarView{Member: p.far.Serial, Device: p.far.Device, Port: p.far.Port, Usable: e.usable(p), OneWay: p.far.oneWay,
				Silent: p.life.state == silent, Forged: p.said.forged, Replayed: p.said.replayed},
			MACs: len(p.macs), Malformed: p.bad, Neighbors: p.lldp.Neighbors(), LLDP: p.lldp.Stats(),
		})
	}
	return out
}

// MACView is one address that the member knows.
type MACView struct {
	Key     fib.MACKey
	Port    inventory.Port     // of a local address, else zero
	NextHop netip.Addr         // of a remote one, else invalid; invalid too while it is adopted
	Device  inventory.DeviceID // of a remote one
	Label   inventory.Label
	Seq     uint32
	Static  bool
	Frozen  bool // it moved too often
}

// MACs returns the addresses in force, in no order: there may be very many, and
// sorting them is not worth the loop's time.
func (e *Engine) MACs() []MACView {
	out := make([]MACView, 0, len(e.installed.FDB))
	for key, entry := range e.installed.FDB {
		v := MACView{Key: key, Label: entry.Label, Device: entry.Device, Static: entry.Static, Frozen: e.frozen(key)}
		if l := e.macs.local[key]; l != nil {
			v.Port, v.Seq = l.port.Port, l.seq
		} else if best, ok := e.best(key); ok {
			v.NextHop, v.Seq = best.NextHop, best.Seq
		}
		out = append(out, v)
	}
	return out
}

// Config returns who the member is.
func (e *Engine) Config() Config { return e.cfg }

// Record returns what the journal holds. Its intents must not be changed.
func (e *Engine) Record() Record { return e.rec }

// Name returns what the user calls the member: its alias, else its serial number.
func (e *Engine) Name() string { return e.name() }

// Synced reports whether a reflector has sent everything since the start.
func (e *Engine) Synced() bool { return e.adoption.synced }

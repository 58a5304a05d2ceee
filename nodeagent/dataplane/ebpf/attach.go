package ebpf

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"

	"oneswitch/nodeagent/fib"
)

// setPort writes the row of a port, makes it known by its interface index, attaches
// the program to it, and only then lets frames out.
func (p *Plane) setPort(slot fib.Slot, port fib.Port) error {
	if slot == 0 {
		return errors.New("slot 0 is no port")
	}
	row := &p.ports.rows[slot]
	if p.sameBut(row, port) {
		row.Trunk, row.Departed = flag(port.Trunk), flag(port.Departed)
		p.mark(slot, port.Up)
		return nil
	}
	if old := row.Ifindex; old != 0 && old != uint32(port.Index) {
		p.forget(slot, old)
	}
	if row.Name != packPort(port).Name {
		if err := p.zeroCounters(slot); err != nil {
			return err
		}
	}
	peer, err := peerInHost(port.Index)
	if err != nil {
		return fmt.Errorf("set port %s: %w", port.Name, err)
	}
	*row = packPort(port)
	if peer && !port.Name.IsFabric() {
		row.PeerInHost = 1
	}
	p.state.TopSlot = max(p.state.TopSlot, uint32(slot))
	if port.Index == 0 {
		p.mark(slot, false)
		return p.detach(slot)
	}
	err = p.objs.Slots.Put(uint32(port.Index), uint32(slot))
	if err == nil {
		err = p.attach(slot, port)
	}
	if err != nil {
		p.forget(slot, row.Ifindex)
		row.Ifindex = 0
		p.mark(slot, false)
		return fmt.Errorf("attach to port %s (interface %d): %w", port.Name, port.Index, err)
	}
	p.mark(slot, port.Up)
	return nil
}

// sameBut reports whether a row differs from a port in no more than what programs look
// at: then neither device nor attachment need be touched.
func (p *Plane) sameBut(row *planePort, port fib.Port) bool {
	want := packPort(port)
	if want.Trunk == row.Trunk && want.Departed == row.Departed || port.Index == 0 {
		return false // nothing differs: the caller may know of a loss, so look
	}
	want.PeerInHost, want.Trunk, want.Departed = row.PeerInHost, row.Trunk, row.Departed
	return want == *row
}

// forget removes an interface index, if it still names this slot: the kernel may
// have given the number to another port.
func (p *Plane) forget(slot fib.Slot, index uint32) {
	var owner uint32
	if p.objs.Slots.Lookup(index, &owner) != nil || owner != uint32(slot) {
		return
	}
	if err := p.objs.Slots.Delete(index); err != nil {
		p.log.Warn("old interface index stays", "index", index, "reason", err)
	}
}

func (p *Plane) deletePort(slot fib.Slot) error {
	row := &p.ports.rows[slot]
	p.forget(slot, row.Ifindex)
	err := p.detach(slot)
	*row = planePort{}
	p.vlans.rows[slot] = planeVlans{}
	p.echoes.rows[slot] = planeEcho{}
	return errors.Join(err, p.zeroCounters(slot))
}

func (p *Plane) program(port fib.Port) *ebpf.Program {
	if port.Name.IsFabric() {
		return p.objs.FromFabric
	}
	return p.objs.FromHost
}

func (p *Plane) pin(slot fib.Slot) string {
	return filepath.Join(p.links, "slot-"+strconv.Itoa(int(slot)))
}

// attach puts the program on the port's device, unless it is there already.
func (p *Plane) attach(slot fib.Slot, port fib.Port) error {
	if p.attached(slot, port) {
		return nil
	}
	if err := errors.Join(p.detach(slot), here(port)); err != nil {
		return err
	}
	l, err := link.AttachTCX(link.TCXOptions{
		Interface: port.Index, Program: p.program(port), Attach: ebpf.AttachTCXIngress,
	})
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Pin(p.pin(slot)); err != nil {
		return fmt.Errorf("pin attachment: %w", err)
	}
	return nil
}

// here reports whether the port's device is in this namespace under its name.
func here(port fib.Port) error {
	dev, err := net.InterfaceByIndex(port.Index)
	if err != nil {
		return err
	}
	if dev.Name != port.Name.Netdev() {
		return fmt.Errorf("the interface is called %s", dev.Name)
	}
	return nil
}

// attached reports whether the slot's attachment is alive on the port's device and
// runs our program. An attachment ends with its device, but it goes along with a
// device that is moved to another namespace: so the device must be here as well.
func (p *Plane) attached(slot fib.Slot, port fib.Port) bool {
	if here(port) != nil {
		return false
	}
	l, err := link.LoadPinnedLink(p.pin(slot), nil)
	if err != nil {
		return false
	}
	defer l.Close()
	info, err := l.Info()
	if err != nil || info.TCX() == nil || info.TCX().Ifindex != uint32(port.Index) {
		return false
	}
	want, err := p.program(port).Info()
	if err != nil {
		return false
	}
	if id, ok := want.ID(); ok && id == info.Program {
		return true
	}
	return l.Update(p.program(port)) == nil
}

// detach removes the attachment of a slot. Its port stops forwarding here.
func (p *Plane) detach(slot fib.Slot) error {
	l, err := link.LoadPinnedLink(p.pin(slot), nil)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open attachment: %w", err)
	}
	if err := errors.Join(l.Unpin(), l.Close()); err != nil {
		return fmt.Errorf("remove attachment: %w", err)
	}
	return nil
}

// adoptLinks gives every attachment found the programs of this build, each in one
// step, and removes those whose port or device is gone. A port that lost its device
// while nobody looked is dumped without an index.
func (p *Plane) adoptLinks() error {
	pins, err := os.ReadDir(p.links)
	if err != nil {
		return fmt.Errorf("list attachments: %w", err)
	}
	for _, pin := range pins {
		n, err := strconv.ParseUint(strings.TrimPrefix(pin.Name(), "slot-"), 10, 8)
		if err != nil || n == 0 {
			return fmt.Errorf("list attachments: %s is not ours", filepath.Join(p.links, pin.Name()))
		}
		if err := p.adoptLink(fib.Slot(n)); err != nil {
			return err
		}
	}
	for i := range p.ports.rows {
		if _, err := os.Stat(p.pin(fib.Slot(i))); err != nil && p.ports.rows[i].Ifindex != 0 {
			p.lost(fib.Slot(i))
		}
	}
	return nil
}

func (p *Plane) adoptLink(slot fib.Slot) error {
	row := &p.ports.rows[slot]
	if row.Kind != uint8(planePortKindABSENT) {
		port, err := unpackPort(row)
		if err == nil && p.attached(slot, port) {
			return nil
		}
	}
	if p.state.Device == 0 && row.Kind == uint8(planePortKindABSENT) {
		// Tables of another size were left behind: the attachment still forwards by
		// them, and setPort will take it over.
		return nil
	}
	p.lost(slot)
	return p.detach(slot)
}

func (p *Plane) lost(slot fib.Slot) {
	row := &p.ports.rows[slot]
	p.log.Warn("port lost its network device while the plane had no owner", "slot", slot, "index", row.Ifindex)
	p.forget(slot, row.Ifindex)
	row.Ifindex = 0
	p.mark(slot, false)
}

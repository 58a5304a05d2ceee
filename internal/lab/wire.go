package lab

import (
	"errors"
	"fmt"
	"net/netip"

	"oneswitch/internal/lab/wiring"
	"oneswitch/inventory"
)

const (
	controlInterface = "bme0" // QF-REF 1.8
	controlBridge    = "ctl0"
	// fabricMTU lets a jumbo frame of 9192 with its label stack cross a fabric link.
	fabricMTU = 9500
	// hostMTU is the standard Ethernet payload.
	hostMTU = 1500
)

// wire makes namespaces and cables of the whole lab.
func wire(o Options, t Topology) error {
	ctl := Namespace(o.State, controlNamespace)
	if err := wiring.Create(ctl); err != nil {
		return err
	}
	if err := wiring.Bridge(ctl, controlBridge); err != nil {
		return err
	}
	if err := wiring.AddAddress(ctl, controlBridge, t.Outside); err != nil {
		return err
	}
	for i, c := range t.Components {
		if err := wireComponent(o, t, c, fmt.Sprintf("c%d", i)); err != nil {
			return err
		}
	}
	hosts := 0
	for _, cable := range t.Cables {
		a := wiring.End{Namespace: Namespace(o.State, cable.A.Name), Name: cable.A.Netdev}
		b := wiring.End{Namespace: Namespace(o.State, cable.B.Name), Name: cable.B.Netdev}
		mtu := fabricMTU
		if host, ok := t.Component(cable.B.Name); ok && host.IsHost() {
			hosts++
			mtu, b.MAC = hostMTU, HostMAC(hosts)
		}
		if err := wiring.Cable(a, b, mtu); err != nil {
			return err
		}
	}
	return addressHosts(o, t)
}

// wireComponent makes the namespace of a component and, unless it is a host,
// its foot on the control plane.
func wireComponent(o Options, t Topology, c Component, bridgePort string) error {
	ns := Namespace(o.State, c.Name)
	if err := wiring.Create(ns); err != nil {
		return err
	}
	if c.IsHost() {
		return nil
	}
	if err := wiring.QuietIPv6(ns); err != nil {
		return err
	}
	if c.Role == inventory.RoleNode || c.Role == inventory.RoleInterconnect {
		if err := wiring.MountBPF(pinsOf(o.State, c.Name)); err != nil {
			return err
		}
	}
	ctl := Namespace(o.State, controlNamespace)
	err := wiring.Cable(wiring.End{Namespace: ns, Name: controlInterface}, wiring.End{Namespace: ctl, Name: bridgePort}, hostMTU)
	if err != nil {
		return err
	}
	if err := wiring.Enslave(ctl, bridgePort, controlBridge); err != nil {
		return err
	}
	return wiring.AddAddress(ns, controlInterface, netip.PrefixFrom(c.Address, t.Virtual.Bits()))
}

func addressHosts(o Options, t Topology) error {
	for _, c := range t.Components {
		if !c.IsHost() {
			continue
		}
		if err := wiring.AddAddress(Namespace(o.State, c.Name), "eth0", netip.PrefixFrom(c.Address, hostNetBits)); err != nil {
			return err
		}
	}
	return nil
}

// unwire removes every namespace of the lab and every mount under its state
// directory, whoever made them.
func unwire(state string) error {
	names, err := wiring.List(ID(state) + "-")
	errs := []error{err}
	for _, n := range names {
		errs = append(errs, wiring.Remove(n))
	}
	return errors.Join(append(errs, wiring.UnmountBelow(state))...)
}

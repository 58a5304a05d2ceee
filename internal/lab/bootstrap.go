package lab

import (
	"fmt"
	"net/netip"

	"oneswitch/internal/bootstrap"
	"oneswitch/inventory"
)

// controlPorts are the ports on the control plane: the standard ones in
// namespaces of our own, high ones where there is no root.
func controlPorts(memory bool) bootstrap.Ports {
	if memory {
		return bootstrap.Ports{SSH: 10022, NETCONF: 10830, CallHome: 14334, BGP: 10179}
	}
	return bootstrap.Ports{}.OrStandard()
}

// writeBootstraps writes the bootstrap file of every component.
func writeBootstraps(o Options, t Topology) error {
	for _, c := range t.Components {
		if c.IsHost() {
			continue
		}
		f, err := bootstrapFile(o, t, c)
		if err != nil {
			return fmt.Errorf("bootstrap of %s: %w", c.Name, err)
		}
		if err := writeJSON(BootstrapPath(o.State, c.Name), f); err != nil {
			return fmt.Errorf("bootstrap of %s: %w", c.Name, err)
		}
	}
	return nil
}

// bootstrapFile is what a component must know before it has spoken to anyone.
func bootstrapFile(o Options, t Topology, c Component) (bootstrap.File, error) {
	f := bootstrap.File{
		Serial:    c.Serial,
		Role:      c.Role,
		Model:     model(c.Role),
		Address:   netip.PrefixFrom(c.Address, t.Virtual.Bits()),
		Interface: controlInterface,
		State:     dirOf(o.State, c.Name),
		FabricKey: fabricKey(o.State) + ".pub",
		Directors: t.roleAddresses(inventory.RoleDirector),
		Reflect:   t.roleAddresses(inventory.RoleFabricControl),
		Ports:     controlPorts(o.memory()),
	}
	if o.memory() {
		f.Interface = ""
	}
	switch c.Role {
	case inventory.RoleDirector:
		f.FabricKey = fabricKey(o.State)
		db, err := o.database(t.Outside.Addr())
		if err != nil {
			return f, err
		}
		f.Director = &bootstrap.Director{DB: db, Virtual: t.Virtual, Password: PasswordFile(o.State),
			Forwards: []netip.Addr{t.Outside.Addr()}}
	case inventory.RoleFabricControl:
		f.Secret = fabricSecret(o.State)
	case inventory.RoleNode, inventory.RoleInterconnect:
		f.Secret = fabricSecret(o.State)
		f.Plane = o.Plane
		f.Pins = pinsOf(o.State, c.Name)
		f.Cables = cablesOf(o.State)
	}
	return f, nil
}

func model(r inventory.Role) string {
	switch r {
	case inventory.RoleNode:
		return "OSX-48X4F"
	case inventory.RoleInterconnect:
		return "OSX-64F"
	case inventory.RoleFabricControl:
		return "OSX-FC"
	default:
		return "OSX-DG"
	}
}

package lab

import (
	"fmt"
	"net/netip"
	"path/filepath"

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
		if err := writeJSON(bootstrapOf(o.State, c.Name), bootstrapFile(o, t, c)); err != nil {
			return fmt.Errorf("bootstrap of %s: %w", c.Name, err)
		}
	}
	return nil
}

// bootstrapFile is what a component must know before it has spoken to anyone.
func bootstrapFile(o Options, t Topology, c Component) bootstrap.File {
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
		f.Director = &bootstrap.Director{DB: o.database(), Virtual: t.Virtual, Password: PasswordFile(o.State)}
	case inventory.RoleNode, inventory.RoleInterconnect:
		f.Plane = o.Plane
		f.Pins = pinsOf(o.State, c.Name)
		f.Cables = cablesOf(o.State)
	}
	return f
}

// database is where the directors keep things: what the user said, or one
// embedded file that both directors of this machine share.
func (o Options) database() string {
	if o.DB != "" {
		return o.DB
	}
	return "sqlite://" + filepath.Join(o.State, "fabric.db")
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

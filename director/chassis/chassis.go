// Package chassis shows the fabric as one chassis, in the screens and RPCs that
// Junos has for a chassis with slots: a director is a Routing Engine, a node device
// an FPC, an interconnect device a Switch Interface Board (QF-REF 3.4, northbound.md
// 3.2, 3.3). Inventory programs and PyEZ's facts read these.
//
// It owns no state and runs no goroutine; every report is made from the fabric's
// View and from what the directors tell.
//
// Invariants: the slot of a member is its device id, so a slot never changes its
// meaning (QF-REF 1.6); what no sensor tells is left out, never invented.
//
// It must never ask a member: an inventory is answered at once, whoever is away.
package chassis

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"oneswitch/director/ops"
	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/inventory"
)

// Fabric is what the screens are made from.
type Fabric interface {
	// View returns what the director knows at the moment.
	View() ops.View
	// Directors asks every director how it fares, in order of their names.
	Directors(ctx context.Context) []ops.Director
}

// Chassis answers the commands.
type Chassis struct {
	fabric Fabric
	clock  clock.Clock
}

// New returns the chassis that a fabric looks like.
func New(fabric Fabric, c clock.Clock) *Chassis { return &Chassis{fabric: fabric, clock: c} }

// Register sets the handlers of the commands.
func (c *Chassis) Register(r *oper.Registry) {
	for name, h := range map[string]oper.Handler{
		"get-chassis-inventory":           c.hardware,
		"get-fpc-information":             c.slots,
		"get-route-engine-information":    c.engines,
		"get-environment-information":     c.environment,
		"get-firmware-information":        c.firmware,
		"get-system-storage":              c.storage,
		"get-system-memory-information":   c.memory,
		"get-license-summary-information": c.licenses,
	} {
		r.Register(name, h)
	}
}

// Names of the slots. Routing Engines and boards count from zero.
func engineName(slot int) string          { return fmt.Sprintf("Routing Engine %d", slot) }
func slotName(m inventory.Member) string  { return fmt.Sprintf("FPC %d", m.Device) }
func boardName(m inventory.Member) string { return fmt.Sprintf("SIB %d", m.Device) }

// place returns the name of the slot that a member fills.
func place(m inventory.Member) string {
	if m.Role == inventory.RoleInterconnect {
		return boardName(m)
	}
	return slotName(m)
}

// selected returns the node devices and then the interconnect devices that a call
// asks for, and whether it asks for all.
func (c *Chassis) selected(call oper.Call) (members []inventory.Member, all bool, err error) {
	known := c.fabric.View().Members.Members()
	for _, s := range []struct {
		argument string
		role     inventory.Role
	}{{"node-device", inventory.RoleNode}, {"interconnect-device", inventory.RoleInterconnect}} {
		name := call.Args.Value(s.argument)
		if name == "" {
			continue
		}
		for _, m := range known {
			if m.Role == s.role && (m.Name() == name || string(m.ID) == name) {
				return []inventory.Member{m}, false, nil
			}
		}
		return nil, false, fmt.Errorf("%s %s not found", s.argument, name)
	}
	for _, m := range known {
		if m.Role == inventory.RoleNode || m.Role == inventory.RoleInterconnect {
			members = append(members, m)
		}
	}
	slices.SortFunc(members, func(a, b inventory.Member) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Device, b.Device))
	})
	return members, true, nil
}

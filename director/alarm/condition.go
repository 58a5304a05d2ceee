package alarm

import (
	"fmt"
	"time"

	"oneswitch/inventory"
)

// Member is a component as the director sees it.
type Member struct {
	inventory.Member
	Enrolled  bool // false: a stranger
	Connected bool
	Since     time.Time // of the present state; zero: not seen since the director started
	Debt      uint64    // revision that it still owes; 0: none
	Refused   Refusal   // of somebody who called home under its serial number
}

// Refusal is a connection that was turned away.
type Refusal struct {
	At  time.Time // zero: none
	Why string
}

// Director is a director as another sees it.
type Director struct {
	Name    string
	Address string
	Online  bool
}

// State is what conditions are derived from.
type State struct {
	Now       time.Time
	Started   time.Time // of the director that looks
	Members   []Member  // enrolled ones, and those who were turned away
	Directors []Director
	Links     []Condition // what Wiring found
	Frozen    string      // why no commit is accepted; empty: it is
	Store     string      // what the datastore is, when it does not answer; empty: it does
	Pending   Pending
	NoRescue  bool
}

// Pending is a commit that waits to be confirmed.
type Pending struct {
	Since time.Time // zero: none waits
	User  string
	Until time.Time
}

// How long conditions must last before they are alarms.
const (
	// arrival is how long components may take to call a director that has just
	// started.
	arrival = 10 * time.Second
	// delivery is how long a decided commit may be on its way without being a debt
	// to speak of.
	delivery = 3 * time.Second
	// answering is for how long a director may be busy.
	answering = 3 * time.Second
	// resented is for how long somebody who was turned away is remembered.
	resented = time.Minute
)

// Conditions returns everything that is wrong.
func Conditions(s State) []Condition {
	var out []Condition
	for _, m := range s.Members {
		out = append(out, m.conditions(s)...)
	}
	for _, d := range s.Directors {
		if !d.Online {
			out = append(out, Condition{Key: "director " + d.Name, Area: System, Class: Major, Member: inventory.MemberID(d.Name), Hold: answering,
				Text: fmt.Sprintf("Director %s (%s) does not answer", d.Name, d.Address)})
		}
	}
	if s.Store != "" {
		out = append(out, Condition{Key: "store", Area: System, Class: Major, Hold: answering,
			Text: "Datastore does not answer, the configuration is read-only: " + s.Store})
	}
	if s.Frozen != "" {
		out = append(out, Condition{Key: "frozen", Area: System, Class: Major, Text: "Commits are suspended: " + s.Frozen})
	}
	if p := s.Pending; !p.Since.IsZero() {
		out = append(out, Condition{Key: "confirm", Area: Configuration, Class: Minor, Since: p.Since,
			Text: fmt.Sprintf("Commit of user %s waits to be confirmed, rollback at %s", p.User, p.Until.Format(time.TimeOnly+" MST"))})
	}
	if s.NoRescue {
		out = append(out, Condition{Key: "rescue", Area: Configuration, Class: Minor, Text: "Rescue configuration is not set"})
	}
	return append(out, s.Links...)
}

// conditions are those of one component.
func (m Member) conditions(s State) []Condition {
	var out []Condition
	name := kind(m.Role) + " " + m.label()
	area := Chassis
	if m.Role == inventory.RoleFabricControl {
		area = Fabric
	}
	if m.Enrolled && !m.Connected {
		c := Condition{Key: "absent " + string(m.ID), Area: area, Class: Major, Member: m.ID, Since: m.Since, Text: name + " is not connected"}
		if m.Since.IsZero() {
			c.Since, c.Hold = s.Started, arrival
		}
		out = append(out, c)
	}
	if m.Debt != 0 {
		out = append(out, Condition{Key: "debt " + string(m.ID), Area: Configuration, Class: Minor, Member: m.ID, Hold: delivery,
			Text: fmt.Sprintf("%s owes revision %d of the configuration", name, m.Debt)})
	}
	if r := m.Refused; !r.At.IsZero() && s.Now.Sub(r.At) < resented {
		out = append(out, Condition{Key: "refused " + string(m.ID), Area: Chassis, Class: Major, Member: m.ID,
			Text: fmt.Sprintf("%s was turned away: %s", name, r.Why)})
	}
	return out
}

// label is the name and, where it has an alias, the serial number.
func (m Member) label() string {
	if m.Name() == string(m.ID) {
		return m.Name()
	}
	return fmt.Sprintf("%s (%s)", m.Name(), m.ID)
}

func kind(r inventory.Role) string {
	switch r {
	case inventory.RoleNode:
		return "Node device"
	case inventory.RoleInterconnect:
		return "Interconnect device"
	case inventory.RoleFabricControl:
		return "Fabric control"
	}
	return "Component"
}

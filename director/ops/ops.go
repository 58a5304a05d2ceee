package ops

import (
	"context"
	"time"

	"oneswitch/director/alarm"
	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
	"oneswitch/internal/vitals"
	"oneswitch/inventory"
)

// Deadline is how long a fabric-wide command waits for its members.
const Deadline = 2 * time.Second

// Answer is what one member said.
type Answer struct {
	Member inventory.MemberID
	Reply  []byte // inner XML of the rpc-reply
	Err    error  // no answer in time, or an rpc-error
	// Refusal is the member's own words when Err is an rpc-error: it did answer.
	Refusal string
}

// Fabric is what the commands ask.
type Fabric interface {
	// View returns what the director knows at the moment.
	View() View
	// Ask sends one operation to several members or directors at once; one Answer
	// each, in the order given.
	Ask(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []Answer
	// Directors asks every director how it fares, in order of their names.
	Directors(ctx context.Context) []Director
	// Commits returns the newest commits, newest first.
	Commits(ctx context.Context, limit int) ([]Commit, error)
	// Events returns the newest lines of the event log, newest first.
	Events(ctx context.Context, limit int) ([]Event, error)
}

// Event is one line of the event log.
type Event struct {
	At     time.Time
	Origin string // the director that wrote it
	Text   string
}

// Desk is who is logged in at this director.
type Desk interface {
	// Logins returns the sessions.
	Logins() []Login
	// Logout ends the sessions that are meant and returns how many there were.
	Logout(meant func(Login) bool) int
}

// View is the fabric as a director knows it at one moment.
type View struct {
	HostName  string
	Self      string             // this director
	Leader    string             // the director that leads; empty when there is none
	Members   inventory.Snapshot // enrolled ones, under their aliases
	Directors []inventory.Member // of the group, in order
	Alarms    []alarm.Condition  // active ones, the oldest first
	Groups    []inventory.NodeGroup
	Missing   []inventory.Member // given an alias and never seen
	Standing  map[inventory.MemberID]Standing
	VLANs     []VLAN    // configured ones, in natural order
	Started   time.Time // of this director
	Now       time.Time // set by the command that needs it
	Own       Director  // how this director fares
	Pending   string    // commit that is kept for later, as Junos shows it
}

// VLAN is a configured VLAN.
type VLAN struct {
	Name        string
	Tag         inventory.VLANID
	Domain      inventory.DomainID
	Description string
}

// Director is how one director fares.
type Director struct {
	Name    string        `xml:"name"`
	Address string        `xml:"address"`
	Online  bool          `xml:"online"`
	Master  bool          `xml:"master"`
	Started int64         `xml:"started"` // Unix seconds
	Virtual bool          `xml:"virtual"` // holds the virtual address
	Store   bool          `xml:"store"`   // the datastore answers it
	Members int           `xml:"members"` // components connected to it
	Vitals  vitals.Vitals `xml:"-"`
}

// Commit is one entry of the commit history.
type Commit struct {
	Revision uint64
	At       time.Time
	User     string
	Client   string
	Comment  string
	Confirm  time.Duration // it waits to be confirmed, so long since it was made; 0: it does not
}

// Login is one session.
type Login struct {
	User   string
	From   string
	Since  time.Time
	Used   time.Time // when it was last of use
	Client string    // cli, netconf

	Terminal string // of the shell; empty: none
	PID      int    // of the shell; 0: none
}

// Operations carries the commands out.
type Operations struct {
	fabric Fabric
	desk   Desk
	logs   Logs
	clock  clock.Clock
	told   portNames
}

// New returns operations on a fabric.
func New(fabric Fabric, desk Desk, logs Logs, c clock.Clock) *Operations {
	return &Operations{fabric: fabric, desk: desk, logs: logs, clock: c}
}

// Register sets the handlers of all commands that a director answers, but for those
// of the configuration (northbound).
func (o *Operations) Register(r *oper.Registry) {
	for name, h := range map[string]oper.Handler{
		"get-software-information":                     o.version,
		"get-fabric-administration-inventory":          o.inventory,
		"get-fabric-summary-information":               o.fabricSummary,
		"get-fabric-session-host":                      o.sessionHost,
		"get-fabric-vlan-domain-map":                   o.domainMap,
		"get-chassis-fabric-connectivity":              o.connectivity,
		"get-chassis-fabric-device":                    o.fabricDevice,
		"get-interface-information":                    o.interfaces,
		"get-vlan-information":                         o.vlans,
		"get-ethernet-switching-table-information":     o.macTable,
		"get-ethernet-switching-interface-information": o.switchInterfaces,
		"clear-ethernet-switching-table":               o.clearTable,
		"get-lldp-neighbors-information":               o.lldpNeighbors,
		"get-lldp-interface-neighbors":                 o.lldpOfInterface,
		"get-lldp-information":                         o.perMember,
		"get-lldp-local-info":                          o.perMember,
		"get-lldp-statistics-information":              o.perMember,
		"get-bgp-summary-information":                  o.perControl,
		"get-route-information":                        o.routes,
		"get-route-summary-information":                o.perControl,
		"get-system-uptime-information":                o.uptime,
		"get-system-process-information":               o.processes,
		"get-commit-information":                       o.commits,
		"get-commit-revision-information":              o.revision,
		"request-logout-user":                          o.logout,
		"get-fabric-event-information":                 o.events,
		"get-system-users-information":                 o.users,
		"get-system-alarm-information":                 o.alarms,
		"get-alarm-information":                        o.chassisAlarms,
		"get-chassis-fabric-alarm-information":         o.fabricAlarms,
		"get-log":                                      o.showLog,
		"clear-log":                                    o.clearLog,
		"ping":                                         o.ping,
		"traceroute":                                   o.traceroute,
	} {
		r.Register(name, h)
	}
}

// names are completions without help.
func names(list []string, help string) []rpc.Name {
	var out []rpc.Name
	for _, n := range list {
		out = append(out, rpc.Name{Name: n, Help: help})
	}
	return out
}

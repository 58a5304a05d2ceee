package fleet

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
)

// ErrNotConnected is what a request to an absent member ends with.
var ErrNotConnected = errors.New("not connected")

// Roster enrols members: it remembers the host key of each serial number at first
// contact and refuses any other afterwards. What it gets holds what the component
// said of itself; what it returns has the device id.
type Roster interface {
	Enrol(ctx context.Context, contact inventory.Member) (inventory.Member, error)
}

// Config is what a Fleet needs.
type Config struct {
	Listener net.Listener // where components call home
	Key      sshnet.Key   // private fabric key
	Roster   Roster
	Clock    clock.Clock
	Log      *slog.Logger
	Audit    time.Duration // between two looks at a member's stamp; 0: 10 s
}

// Status is what is known of one component.
type Status struct {
	Member    inventory.Member // as enrolled; its alias is not known here
	Connected bool
	Since     time.Time // of the present state
	Name      string    // as the component calls itself
	Version   string
	Started   time.Time
	Epoch     uint64
	Running   intent.Stamp
	Held      string // prepared transaction, if any
	Problem   string // why it was turned away or lost, if it was
}

// Fleet keeps the connections to all components.
type Fleet struct {
	cfg Config
}

// New returns a fleet that accepts nobody until Run.
func New(cfg Config) (*Fleet, error) { return &Fleet{cfg: cfg}, nil }

// Run accepts components until ctx ends, then closes every connection and waits.
func (f *Fleet) Run(ctx context.Context) error { return nil }

// Members lists every component seen since start, in order of serial number.
func (f *Fleet) Members() []Status { return nil }

// Changed receives a value after any change of Members; changes coalesce.
func (f *Fleet) Changed() <-chan struct{} { return nil }

// Relay hands one operation to a component and returns its reply as it came.
func (f *Fleet) Relay(ctx context.Context, member inventory.MemberID, op []byte) ([]byte, error) {
	return nil, ErrNotConnected
}

// Caller returns the way to a component for operational RPCs. It never speaks on
// the session of commits.
func (f *Fleet) Caller(member inventory.MemberID) rpc.Caller { return nil }

// Answer is what one component said to Ask.
type Answer struct {
	Member inventory.MemberID
	Reply  []byte // inner XML of the rpc-reply
	Err    error  // no answer in time, or an rpc-error
}

// Ask sends one operation to several components at once and waits for the answers
// until the deadline. There is one Answer per member, in the order given.
func (f *Fleet) Ask(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []Answer {
	return nil
}

package component

import (
	"context"
	"log/slog"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
)

// Intents is the member's half of the two-phase commit. Each method returns only
// when what it answers is durable (rule D1). An error that is a netconf.RPCError
// goes out as it is.
type Intents interface {
	Prepare(ctx context.Context, p rpc.Prepare) error
	Commit(ctx context.Context, c rpc.Commit) error
	Abort(ctx context.Context, a rpc.Abort) error
}

// Config is what a Component needs.
type Config struct {
	Boot     bootstrap.File
	Registry *oper.Registry
	Identity func() rpc.Identity // who we are now; Serial, Role, Model, Version, Address and Started may be left empty
	Intents  Intents             // nil on fabric controls: the RPCs are refused
	Complete func(ctx context.Context, source, prefix string) ([]rpc.Name, error)
	Clock    clock.Clock
	Log      *slog.Logger
}

// Component serves one component's management.
type Component struct{ cfg Config }

// New registers the commands that every component has and makes the host key at
// first start.
func New(cfg Config) (*Component, error) { return &Component{cfg: cfg}, nil }

// Run serves until ctx ends, then closes every session and returns nil.
func (c *Component) Run(ctx context.Context) error { return nil }

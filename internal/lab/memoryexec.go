package lab

import (
	"context"
	"errors"
	"fmt"
	"io"

	"oneswitch/nodeagent/dataplane/memory"
)

// errMemoryExec tells what a host without a kernel can do.
var errMemoryExec = errors.New("on the memory plane a host can only ping: say lab exec h1 -- ping [-c N] [-W SECONDS] ADDRESS")

// memoryExec is Exec on the memory plane: the one command there is.
func memoryExec(ctx context.Context, state string, c Component, argv []string, out io.Writer) (int, error) {
	if !c.IsHost() || argv[0] != "ping" {
		return 1, errMemoryExec
	}
	return ping(argv[1:], out, func(req pingRequest, each func(pingAnswer)) error {
		return ask(ctx, state, c.Name, req, each)
	})
}

// memoryLink pulls or plugs the cable at a port on the memory plane. A cable that
// is plugged in again goes where the lab laid it.
func memoryLink(o Options, t Topology, e End, up bool) error {
	dir := cablesOf(o.State)
	if !up {
		return memory.Disconnect(dir, t.cableEnd(e))
	}
	for _, c := range t.Cables {
		if c.A == e || c.B == e {
			return memory.Connect(dir, t.cableEnd(c.A), t.cableEnd(c.B))
		}
	}
	return fmt.Errorf("the lab has no cable at %s of %s", e.Netdev, e.Name)
}

// memoryMove plugs the cable of a host into another port on the memory plane.
func memoryMove(o Options, t Topology, hostEnd, to End) error {
	return memory.Connect(cablesOf(o.State), t.cableEnd(to), t.cableEnd(hostEnd))
}

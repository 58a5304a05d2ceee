package lab

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"time"

	"oneswitch/nodeagent/dataplane/memory"
)

// errMemoryExec tells what a host without a kernel can do.
var errMemoryExec = errors.New("on the memory plane a host can only ping: say lab exec h1 -- ping [-c N] [-W SECONDS] ADDRESS")

// memoryExec is Exec on the memory plane: the one command there is.
func memoryExec(ctx context.Context, state string, c Component, argv []string, out io.Writer) (int, error) {
	if !c.IsHost() || argv[0] != "ping" {
		return 1, errMemoryExec
	}
	flags := flag.NewFlagSet("ping", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	count := flags.Int("c", 0, "")
	wait := flags.Float64("W", 1, "")
	if err := flags.Parse(argv[1:]); err != nil || flags.NArg() != 1 {
		return 1, errMemoryExec
	}
	to, err := netip.ParseAddr(flags.Arg(0))
	if err != nil {
		return 1, fmt.Errorf("ping: %w", err)
	}
	sent, answered := 0, 0
	err = ask(ctx, state, c.Name, pingRequest{to, *count, time.Duration(*wait * float64(time.Second))}, func(a pingAnswer) {
		sent++
		if a.Took == 0 {
			fmt.Fprintf(out, "no answer from %s: icmp_seq=%d\n", to, sent)
			return
		}
		answered++
		fmt.Fprintf(out, "answer from %s: icmp_seq=%d time=%.3f ms\n", to, sent, float64(a.Took.Microseconds())/1000)
	})
	fmt.Fprintf(out, "%d packets transmitted, %d received\n", sent, answered)
	if err == nil && answered == 0 {
		return 1, nil
	}
	return 0, err
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

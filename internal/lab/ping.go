package lab

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"time"

	"oneswitch/internal/lab/echo"
)

// errPingUsage is the usage of the lab's own ping.
var errPingUsage = errors.New("usage: ping [-c COUNT] [-W SECONDS] ADDRESS")

// ping reads the arguments of a ping, has it done, and prints each answer as it
// comes. The status is 0 when anything was answered.
func ping(args []string, out io.Writer, do func(pingRequest, func(pingAnswer)) error) (int, error) {
	flags := flag.NewFlagSet("ping", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	count := flags.Int("c", 0, "")
	wait := flags.Float64("W", 1, "")
	if err := flags.Parse(args); err != nil || flags.NArg() != 1 || *count < 0 || *wait <= 0 {
		return 1, errPingUsage
	}
	to, err := netip.ParseAddr(flags.Arg(0))
	if err != nil {
		return 1, fmt.Errorf("ping: %w", err)
	}
	sent, answered := 0, 0
	err = do(pingRequest{to, *count, time.Duration(*wait * float64(time.Second))}, func(a pingAnswer) {
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

// pingInNamespace is ping for machines without the tool: echo requests from a
// socket of our own in the host's namespace.
func pingInNamespace(ctx context.Context, namespace string, req pingRequest, each func(pingAnswer)) error {
	socket, err := echo.Open(ctx, namespace)
	if err != nil {
		return err
	}
	defer socket.Close()
	for n := 0; (req.Count == 0 || n < req.Count) && ctx.Err() == nil; n++ {
		if n > 0 {
			pause(ctx, time.Second)
		}
		took, err := socket.Once(ctx, req.To, uint16(n), req.Wait)
		if err != nil {
			return err
		}
		each(pingAnswer{took})
	}
	return nil
}

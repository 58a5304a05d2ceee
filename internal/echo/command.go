package echo

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/internal/report/screen"
)

// Bounds of one command: its answer is one reply, so it must end.
const (
	defaultCount = 5
	maxCount     = 20
	defaultSize  = 56
	rapidPause   = 10 * time.Millisecond
	answerWait   = time.Second
	maxWait      = 10 * time.Second
)

// Target is where a command goes: the words as typed and the address behind them.
type Target struct {
	Host    string
	Address netip.Addr
}

// Ping carries out `ping` with the arguments of its rpc.
func Ping(ctx context.Context, c clock.Clock, to Target, args oper.Args) (screen.Ping, error) {
	r := screen.Ping{Host: to.Host, Address: to.Address.String(), Size: number(args, "size", defaultSize), Rapid: args.Has("rapid")}
	if r.Size > MaxSize {
		return r, fmt.Errorf("packet size %d is too large: the largest is %d", r.Size, MaxSize)
	}
	pause := time.Duration(number(args, "interval", 1)) * time.Second
	if r.Rapid {
		pause = rapidPause
	}
	wait := min(time.Duration(number(args, "wait", int(answerWait/time.Second)))*time.Second, maxWait)
	socket, err := Open(ctx)
	if err != nil {
		return r, err
	}
	defer socket.Close()
	for count := min(number(args, "count", defaultCount), maxCount); ; {
		began := c.Now()
		a, err := socket.Once(ctx, Request{To: to.Address, Sequence: uint16(r.Sent), Size: r.Size}, wait)
		switch {
		case err != nil:
			return r, told(err)
		case a.Kind == Reply:
			r.Replies = append(r.Replies, screen.PingReply{Sequence: r.Sent, TTL: a.TTL, Micros: max(1, a.Took.Microseconds())})
		}
		if r.Sent++; r.Sent >= count {
			break
		}
		select {
		case <-ctx.Done():
			return r, context.Cause(ctx)
		case <-c.After(max(0, pause-c.Now().Sub(began))):
		}
	}
	r.Sum()
	return r, nil
}

// Traceroute carries out `traceroute` with the arguments of its rpc.
func Traceroute(ctx context.Context, to Target, args oper.Args) (screen.Traceroute, error) {
	const probes, defaultHops, size = 3, 30, 32
	r := screen.Traceroute{Host: to.Host, Address: to.Address.String(), MaxHops: number(args, "ttl", defaultHops), Size: size + HeaderLen}
	wait := min(time.Duration(number(args, "wait", int(answerWait/time.Second)))*time.Second, maxWait)
	socket, err := Open(ctx)
	if err != nil {
		return r, err
	}
	defer socket.Close()
	for hop, silent := 1, 0; hop <= r.MaxHops && silent < maxSilent; hop++ {
		h := screen.TraceHop{TTL: hop}
		for i := range probes {
			a, err := socket.Once(ctx, Request{To: to.Address, Sequence: uint16(hop*probes + i), Size: size, TTL: hop}, wait)
			switch {
			case err != nil:
				return r, told(err)
			case ctx.Err() != nil:
				return r, context.Cause(ctx)
			case a.Kind != None:
				h.Address, h.Reached = a.From.String(), h.Reached || a.Kind != Exceeded
			}
			h.Micros = append(h.Micros, a.Took.Microseconds())
		}
		r.Hops = append(r.Hops, h)
		if h.Reached {
			return r, nil
		}
		if silent++; h.Address != "" {
			silent = 0
		}
	}
	return r, nil
}

// maxSilent is after how many hops without an answer a traceroute ends: its answer
// is one reply, and an operator waits for it.
const maxSilent = 3

// told words what the machine says when it does not send as the tools word it.
func told(err error) error {
	switch {
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return errors.New("sendto: No route to host")
	case errors.Is(err, syscall.EMSGSIZE):
		return errors.New("sendto: Message too long")
	}
	return err
}

// number reads an argument that the schema has checked; otherwise it was not given.
func number(args oper.Args, name string, otherwise int) int {
	if n, err := strconv.Atoi(args.Value(name)); err == nil {
		return n
	}
	return otherwise
}

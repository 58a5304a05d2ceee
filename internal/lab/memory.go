package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"oneswitch/internal/lab/host"
	"oneswitch/nodeagent/dataplane/memory"
)

// Labs on the memory plane have no namespaces: cables are pairs of sockets in one
// directory, and a test host is a process of ours that answers ARP and echo.

func cablesOf(state string) string         { return filepath.Join(state, "cables") }
func hostSocket(state, name string) string { return filepath.Join(state, "run", name+".sock") }

// cableEnd names an end of a cable on the memory plane: members by serial
// number, hosts by name.
func (t Topology) cableEnd(e End) string {
	owner := e.Name
	if c, ok := t.Component(e.Name); ok && !c.IsHost() {
		owner = string(c.Serial)
	}
	return memory.End(owner, e.Netdev)
}

// layCables lays every cable of the lab anew.
func layCables(o Options, t Topology) error {
	dir := cablesOf(o.State)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clear cables: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make cables: %w", err)
	}
	for _, c := range t.Cables {
		if err := memory.Connect(dir, t.cableEnd(c.A), t.cableEnd(c.B)); err != nil {
			return err
		}
	}
	return nil
}

// carrierPoll is how often a host looks whether its cable is plugged in.
const carrierPoll = 100 * time.Millisecond

// RunHost is the process of a test host on the memory plane: it lives on its cable
// and pings for whoever asks on its socket, until ctx ends.
func RunHost(ctx context.Context, state, name string, log *slog.Logger) error {
	o, err := loadOptions(state)
	if err != nil {
		return err
	}
	t, err := NewTopology(o)
	if err != nil {
		return err
	}
	c, ok := t.Component(name)
	if !ok || !c.IsHost() {
		return fmt.Errorf("the lab has no host %q", name)
	}
	number, err := strconv.Atoi(name[1:])
	if err != nil {
		return fmt.Errorf("host %q has no number: %w", name, err)
	}
	socket, err := memory.OpenSocket(cablesOf(state), memory.End(name, "eth0"))
	if err != nil {
		return err
	}
	h := host.New(HostMAC(number), c.Address, cable{socket})
	return serveHost(ctx, h, socket, hostSocket(state, name), log)
}

// cable is a memory plane's socket as a host uses it.
type cable struct{ socket *memory.Socket }

// Send loses the frame when the cable is unplugged, as a wire would.
func (c cable) Send(frame []byte) error {
	_ = c.socket.Send(frame) // no carrier: the frame is lost
	return nil
}

func (c cable) Receive() ([]byte, error) {
	buf := make([]byte, 16<<10)
	n, err := c.socket.Read(buf)
	return buf[:n], err
}

func serveHost(ctx context.Context, h *host.Host, socket *memory.Socket, at string, log *slog.Logger) error {
	if err := os.Remove(at); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clear socket of host: %w", err)
	}
	l, err := net.Listen("unix", at)
	if err != nil {
		return fmt.Errorf("open socket of host: %w", err)
	}
	var all sync.WaitGroup
	defer all.Wait()
	defer l.Close()
	defer socket.Close()
	all.Go(func() {
		if err := h.Run(); !errors.Is(err, net.ErrClosed) {
			log.Error("host", "err", err)
		}
	})
	all.Go(func() { acceptPings(ctx, l, h) })
	ticks := time.NewTicker(carrierPoll)
	defer ticks.Stop()
	for {
		socket.Carrier()
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
	}
}

func acceptPings(ctx context.Context, l net.Listener, h *host.Host) {
	var all sync.WaitGroup
	defer all.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		all.Go(func() {
			defer conn.Close()
			answerPing(ctx, conn, h)
		})
	}
}

// pingRequest is one line of JSON on a host's socket; answers are lines of JSON.
type pingRequest struct {
	To    netip.Addr    `json:"to"`
	Count int           `json:"count"` // 0 = until the asker goes away
	Wait  time.Duration `json:"wait"`  // for each answer
}

type pingAnswer struct {
	Took time.Duration `json:"took"` // 0 = no answer
}

func answerPing(ctx context.Context, conn net.Conn, h *host.Host) {
	var req pingRequest
	if err := json.NewDecoder(io.LimitReader(conn, 4096)).Decode(&req); err != nil {
		return
	}
	out := json.NewEncoder(conn)
	for n := 0; (req.Count == 0 || n < req.Count) && ctx.Err() == nil; n++ {
		if n > 0 {
			pause(ctx, time.Second)
		}
		wait, cancel := context.WithTimeout(ctx, req.Wait)
		took, err := h.Ping(wait, req.To)
		cancel()
		if err != nil {
			took = 0
		}
		if out.Encode(pingAnswer{took}) != nil {
			return
		}
	}
}

// ask pings from a host of the memory plane and calls each for every answer.
func ask(ctx context.Context, state, name string, req pingRequest, each func(pingAnswer)) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", hostSocket(state, name))
	if err != nil {
		return fmt.Errorf("reach host %s: %w", name, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(req); err != nil {
		return fmt.Errorf("ask host %s: %w", name, err)
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		var a pingAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return fmt.Errorf("answer of host %s: %w", name, err)
		}
		each(a)
	}
	return lines.Err()
}

// awaitMemoryEcho pings until an answer comes.
func awaitMemoryEcho(ctx context.Context, state, from string, to netip.Addr) error {
	for ctx.Err() == nil {
		answered := false
		// A host whose process is not up yet is a reason to ask again.
		_ = ask(ctx, state, from, pingRequest{to, 1, time.Second}, func(a pingAnswer) { answered = a.Took > 0 })
		if answered {
			return nil
		}
		pause(ctx, echoInterval)
	}
	return ctx.Err()
}

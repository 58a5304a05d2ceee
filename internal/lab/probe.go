package lab

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"oneswitch/internal/lab/wiring"
)

// awaitForwarding waits until every test host has an answer from the next one,
// the last from the first: then each port, each node and the fabric between
// them forward.
func awaitForwarding(ctx context.Context, o Options, t Topology) error {
	var hosts []Component
	for _, c := range t.Components {
		if c.IsHost() {
			hosts = append(hosts, c)
		}
	}
	if len(hosts) < 2 {
		return nil
	}
	errs := make([]error, len(hosts))
	var all sync.WaitGroup
	for i, h := range hosts {
		next := hosts[(i+1)%len(hosts)]
		all.Go(func() {
			if err := awaitEcho(ctx, o, h.Name, next.Address); err != nil {
				errs[i] = fmt.Errorf("%s does not reach %s: %w", h.Name, next.Name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// echoInterval is the pause between two echo requests; it is also how late
// readiness may be noticed.
const echoInterval = 50 * time.Millisecond

// awaitEcho sends ICMP echo requests (RFC 792) from a host until one is answered.
func awaitEcho(ctx context.Context, o Options, from string, to netip.Addr) error {
	if o.memory() {
		return awaitMemoryEcho(ctx, o.State, from, to)
	}
	var conn net.PacketConn
	err := wiring.Do(Namespace(o.State, from), func() (err error) {
		var lc net.ListenConfig
		conn, err = lc.ListenPacket(ctx, "ip4:icmp", "0.0.0.0")
		return err
	})
	if err != nil {
		return fmt.Errorf("open socket: %w", err)
	}
	defer conn.Close()
	buf := make([]byte, 256)
	for ctx.Err() == nil {
		// A host whose port is not up yet refuses to send: that is a reason to try again.
		_, sendErr := conn.WriteTo(echoRequest(), &net.IPAddr{IP: to.AsSlice()})
		if err := conn.SetReadDeadline(time.Now().Add(echoInterval)); err != nil {
			return fmt.Errorf("set deadline: %w", err)
		}
		n, from, err := conn.ReadFrom(buf)
		if err == nil && n > 0 && buf[0] == 0 && from.String() == to.String() {
			return nil
		}
		if sendErr != nil {
			pause(ctx, echoInterval)
		}
	}
	return ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// echoRequest is an ICMP echo request with an empty payload (RFC 792).
func echoRequest() []byte {
	b := []byte{8, 0, 0, 0, 0x1e, 0xaf, 0, 1}
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	binary.BigEndian.PutUint16(b[2:], ^uint16(sum+sum>>16))
	return b
}

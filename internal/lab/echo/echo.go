// Package echo sends ICMP echo requests (RFC 792) from a network namespace, for
// machines without the ping tool and for the lab's own look at whether it forwards.
//
// It keeps no state: a socket belongs to whoever opened it. It must never send to
// anything but the address it is given.
package echo

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"time"

	"oneswitch/internal/lab/wiring"
)

// Open opens a socket for ICMP in a namespace.
func Open(ctx context.Context, namespace string) (conn net.PacketConn, err error) {
	err = wiring.Do(namespace, func() error {
		var lc net.ListenConfig
		conn, err = lc.ListenPacket(ctx, "ip4:icmp", "0.0.0.0")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	return conn, nil
}

// Once sends one echo request and returns how long its answer took, 0 when none
// came within wait.
func Once(conn net.PacketConn, to netip.Addr, wait time.Duration) (time.Duration, error) {
	began := time.Now()
	// A host whose port is not up yet refuses to send: that is no answer.
	_, sendErr := conn.WriteTo(request(), &net.IPAddr{IP: to.AsSlice()})
	if err := conn.SetReadDeadline(began.Add(wait)); err != nil {
		return 0, fmt.Errorf("set deadline: %w", err)
	}
	buf := make([]byte, 256)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			if sendErr != nil {
				time.Sleep(time.Until(began.Add(wait)))
			}
			return 0, nil
		}
		if n > 0 && buf[0] == 0 && from.String() == to.String() {
			return max(time.Since(began), time.Nanosecond), nil
		}
	}
}

// request is an ICMP echo request with an empty payload.
func request() []byte {
	b := []byte{8, 0, 0, 0, 0x1e, 0xaf, 0, 1}
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	binary.BigEndian.PutUint16(b[2:], ^uint16(sum+sum>>16))
	return b
}

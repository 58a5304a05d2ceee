// Package peers is how directors speak with one another: over the same SSH and
// NETCONF that everybody uses, as the user fabric with the fabric key.
//
// A Peers value is immutable; each question has a connection of its own, which ends
// with it. Between is the other side: what a director answers to another.
//
// Invariant: a director is believed only when it shows the host key of the group,
// which we hold ourselves; no question takes longer than its context.
//
// It must never answer an operator: that is director/northbound's.
package peers

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
)

// patience bounds every step of a connection to another director.
const patience = time.Second

// Peers reaches the other directors.
type Peers struct {
	Key  sshnet.Key // private fabric key
	Host sshnet.Key // host key of the group
	Port uint16     // SSH
}

// Open opens a NETCONF stream to another director as a user.
func (p Peers) Open(ctx context.Context, address netip.Addr, user string) (*sshnet.Client, io.ReadWriteCloser, error) {
	to := netip.AddrPortFrom(address, p.Port).String()
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, nil, fmt.Errorf("reach director: %w", err)
	}
	group := p.Host.Public()
	ssh, err := sshnet.NewClient(ctx, conn, sshnet.ClientConfig{User: user, Key: p.Key, Timeout: patience,
		HostKey: func(k sshnet.PublicKey) error {
			if k != group {
				return fmt.Errorf("%s shows the host key %s, which is not that of this director group", to, k.Fingerprint())
			}
			return nil
		}})
	if err != nil {
		return nil, nil, fmt.Errorf("log in to director: %w", err)
	}
	stream, err := ssh.Subsystem(ctx, "netconf")
	if err != nil {
		_ = ssh.Close() // it is of no use
		return nil, nil, fmt.Errorf("open session at director: %w", err)
	}
	return ssh, stream, nil
}

// Director returns the way to one director.
func (p Peers) Director(address netip.Addr) rpc.Caller { return director{p, address} }

type director struct {
	Peers
	address netip.Addr
}

// Call sends one operation over a connection of its own.
func (d director) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	ssh, stream, err := d.Open(ctx, d.address, rpc.User)
	if err != nil {
		return netconf.Reply{}, err
	}
	defer ssh.Close()
	opening, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := netconf.NewClient(opening, stream, netconf.ClientConfig{})
	if err != nil {
		return netconf.Reply{}, err
	}
	defer client.Close()
	return client.Call(ctx, op)
}

// Between answers the operations of another director.
type Between struct {
	Answer func(ctx context.Context, op []byte) (netconf.Reply, error)
}

var _ netconf.Dispatcher = Between{}

// Dispatch hands an operation on.
func (b Between) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	reply, err := b.Answer(ctx, op.XML)
	if err != nil {
		return netconf.Fail(err)
	}
	return reply
}

// Close has nothing to release.
func (Between) Close() {}

// Join copies between two streams until one of them ends, then closes both.
func Join(ctx context.Context, a, b io.ReadWriteCloser) {
	over := make(chan struct{}, 2)
	for _, way := range [][2]io.ReadWriteCloser{{a, b}, {b, a}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // whatever ended it, the session is over
			over <- struct{}{}
		}()
	}
	left := 2
	select {
	case <-over:
		left--
	case <-ctx.Done():
	}
	_, _ = a.Close(), b.Close()
	for ; left > 0; left-- {
		<-over
	}
}

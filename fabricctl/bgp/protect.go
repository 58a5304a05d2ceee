package bgp

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
)

// Protection is what the connections of sessions inside the fabric are protected by:
// every segment is signed (RFC 2385), and none is taken that a router has passed on
// (RFC 5082): fabric control and members share one network. The zero value protects
// nothing. TCP-AO (RFC 5925) would be better than MD5 and is not built into the kernels
// of the distributions that we run on.
//
// Both are the kernel's work and take effect before anything is read here. On systems
// other than Linux, where there are labs without root alone, nothing is protected.
type Protection struct {
	Password string // at most 80 octets; empty: no protection
}

// Protected derives the protection from the secret of the fabric (HKDF, RFC 5869). The
// password is text, so that a neighbour of another maker can be given it.
func Protected(secret []byte) (Protection, error) {
	b, err := hkdf.Key(sha256.New, secret, nil, "oneswitch bgp", sha256.Size)
	if err != nil {
		return Protection{}, fmt.Errorf("derive password of BGP sessions: %w", err)
	}
	return Protection{hex.EncodeToString(b)}, nil
}

// Listen waits for connections to a control address.
func (p Protection) Listen(ctx context.Context, at netip.AddrPort) (net.Listener, error) {
	lc := net.ListenConfig{Control: p.control}
	l, err := lc.Listen(ctx, "tcp4", at.String())
	if err != nil {
		return nil, fmt.Errorf("listen for BGP: %w", err)
	}
	return l, nil
}

// Dial connects to a neighbour; from is our own address, or the zero Addr to leave that
// to the kernel.
func (p Protection) Dial(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{Control: p.control}
	if from.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return d.DialContext(ctx, "tcp4", to.String())
}

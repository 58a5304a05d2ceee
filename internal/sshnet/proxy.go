package sshnet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"
)

// A port forward in front of a server hides who connects: all come from one address,
// and what is counted per source hits everybody. So a forward that is trusted says
// whose connection it carries, in a header before the first byte (PROXY protocol,
// version 2). Nobody else's header is believed, and a trusted forward must send one.

// proxySignature begins a header.
const proxySignature = "\r\n\r\n\x00\r\nQUIT\n"

// Sizes of a header.
const (
	proxyFixed = 16      // signature, version and command, family, length
	proxyMost  = 1 << 10 // octets behind it that we read: addresses and a few attributes
)

// Version, commands and families of a header.
const (
	proxyVersion = 2 << 4
	proxyLocal   = 0
	proxyCarried = 1
	proxyTCP4    = 0x11
	proxyTCP6    = 0x21
)

// proxyWait is how long a forward may take to send its header.
const proxyWait = 5 * time.Second

// ProxyHeader returns the header with which a forward says whose connection it
// carries, and to which of its own addresses it came.
func ProxyHeader(accepted net.Conn) ([]byte, error) {
	from, to := addrPort(accepted.RemoteAddr()), addrPort(accepted.LocalAddr())
	if !from.IsValid() || !to.IsValid() {
		return nil, fmt.Errorf("write PROXY header: %v is no address of TCP", accepted.RemoteAddr())
	}
	b := append([]byte(proxySignature), proxyVersion|proxyCarried, proxyTCP4)
	source, target := from.Addr().Unmap(), to.Addr().Unmap()
	if !source.Is4() || !target.Is4() {
		b[13] = proxyTCP6
		source, target = netip.AddrFrom16(source.As16()), netip.AddrFrom16(target.As16())
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(source.AsSlice())+len(target.AsSlice())+4))
	b = append(append(b, source.AsSlice()...), target.AsSlice()...)
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, from.Port()), to.Port()), nil
}

// readProxy reads a header and returns the source that it names; the zero value when
// the forward speaks for itself.
func readProxy(r io.Reader) (netip.AddrPort, error) {
	var fixed [proxyFixed]byte
	if _, err := io.ReadFull(r, fixed[:]); err != nil {
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: %w", err)
	}
	if string(fixed[:len(proxySignature)]) != proxySignature {
		return netip.AddrPort{}, errors.New("read PROXY header: a trusted forward sent none")
	}
	n := int(binary.BigEndian.Uint16(fixed[14:]))
	if n > proxyMost {
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: %d octets of addresses, at most %d", n, proxyMost)
	}
	rest := make([]byte, n)
	if _, err := io.ReadFull(r, rest); err != nil {
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: %w", err)
	}
	return parseProxy(fixed, rest)
}

// parseProxy reads the parts of a header.
func parseProxy(fixed [proxyFixed]byte, rest []byte) (netip.AddrPort, error) {
	if fixed[12] == proxyVersion|proxyLocal {
		return netip.AddrPort{}, nil
	}
	if fixed[12] != proxyVersion|proxyCarried {
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: version and command %#x are unknown", fixed[12])
	}
	size := 4
	switch fixed[13] {
	case proxyTCP4:
	case proxyTCP6:
		size = 16
	default:
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: family %#x is not TCP", fixed[13])
	}
	if len(rest) < 2*size+4 {
		return netip.AddrPort{}, fmt.Errorf("read PROXY header: %d octets of addresses, want %d", len(rest), 2*size+4)
	}
	source, _ := netip.AddrFromSlice(rest[:size])
	return netip.AddrPortFrom(source.Unmap(), binary.BigEndian.Uint16(rest[2*size:])), nil
}

// carried is a connection whose forward has said whose it is.
type carried struct {
	net.Conn
	from net.Addr
}

// RemoteAddr returns the address of the client and not that of the forward.
func (c carried) RemoteAddr() net.Addr { return c.from }

// whose returns the connection of a trusted forward under the address of whoever
// opened it.
func (s *Server) whose(conn net.Conn) (net.Conn, error) {
	if err := conn.SetReadDeadline(time.Now().Add(proxyWait)); err != nil {
		return nil, fmt.Errorf("read PROXY header: %w", err)
	}
	from, err := readProxy(conn)
	if err != nil {
		return nil, err
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil || !from.IsValid() {
		return conn, err
	}
	return carried{conn, net.TCPAddrFromAddrPort(from)}, nil
}

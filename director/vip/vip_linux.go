package vip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

func (a Address) netlinkAddr() (netlink.Link, *netlink.Addr, error) {
	link, err := netlink.LinkByName(a.Interface)
	if err != nil {
		return nil, nil, fmt.Errorf("find interface %s: %w", a.Interface, err)
	}
	bits := a.Prefix.Addr().BitLen()
	secs := int(Lifetime.Seconds())
	return link, &netlink.Addr{
		IPNet:       &net.IPNet{IP: a.Prefix.Addr().AsSlice(), Mask: net.CIDRMask(a.Prefix.Bits(), bits)},
		ValidLft:    secs,
		PreferedLft: secs,
	}, nil
}

func (a Address) renew() error {
	link, addr, err := a.netlinkAddr()
	if err != nil {
		return err
	}
	return netlink.AddrReplace(link, addr)
}

func (a Address) remove() error {
	link, addr, err := a.netlinkAddr()
	if err != nil {
		return err
	}
	return netlink.AddrDel(link, addr)
}

// claim broadcasts an ARP announcement: sender and target are both the virtual
// address (RFC 5227 section 3).
func (a Address) claim() error {
	if !a.Prefix.Addr().Is4() {
		return nil
	}
	nic, err := net.InterfaceByName(a.Interface)
	if err != nil {
		return fmt.Errorf("find interface %s: %w", a.Interface, err)
	}
	if len(nic.HardwareAddr) != 6 {
		return nil // loopback in tests: there is nobody to tell
	}
	proto := htons(unix.ETH_P_ARP)
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(proto))
	if err != nil {
		return fmt.Errorf("open packet socket: %w", err)
	}
	defer unix.Close(fd)
	to := &unix.SockaddrLinklayer{Protocol: proto, Ifindex: nic.Index, Halen: 6,
		Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
	return unix.Sendto(fd, announcement(nic.HardwareAddr, a.Prefix.Addr().As4()), 0, to)
}

func announcement(mac net.HardwareAddr, ip [4]byte) []byte {
	p := []byte{0, 1, 8, 0, 6, 4, 0, 1} // Ethernet, IPv4, lengths, request
	p = append(p, mac...)
	p = append(p, ip[:]...)
	p = append(p, 0, 0, 0, 0, 0, 0)
	return append(p, ip[:]...)
}

func htons(v uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], v)
	return binary.NativeEndian.Uint16(b[:])
}

// gone reports whether removing failed because there was nothing to remove.
func gone(err error) bool { return errors.Is(err, unix.EADDRNOTAVAIL) }

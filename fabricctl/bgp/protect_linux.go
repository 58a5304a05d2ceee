package bgp

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// nearest is the TTL of a packet that no router has passed on.
const nearest = 255

// control prepares a socket before it is bound or connected. The password is for every
// neighbour, so that who has it not is not even answered.
func (p Protection) control(_, _ string, raw syscall.RawConn) error {
	if p.Password == "" {
		return nil
	}
	sign := unix.TCPMD5Sig{
		Addr:   unix.SockaddrStorage{Family: unix.AF_INET},
		Flags:  unix.TCP_MD5SIG_FLAG_PREFIX, // of length 0: everybody
		Keylen: uint16(len(p.Password)),
	}
	if copy(sign.Key[:], p.Password) < len(p.Password) {
		return fmt.Errorf("password of %d octets, at most %d are possible", len(p.Password), len(sign.Key))
	}
	var err error
	cerr := raw.Control(func(fd uintptr) {
		err = errors.Join(
			option("sign segments with MD5", unix.SetsockoptTCPMD5Sig(int(fd), unix.IPPROTO_TCP, unix.TCP_MD5SIG_EXT, &sign)),
			option("set TTL", unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TTL, nearest)),
			option("set least TTL", unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MINTTL, nearest)))
	})
	return errors.Join(cerr, err)
}

func option(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

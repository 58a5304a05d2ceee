package ebpf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// peerInHost reports whether an interface is a veth whose other end is in another
// namespace: frames for it may then skip the pair (bpf_redirect_peer).
//
// Weak: if the other end is later moved into our own namespace, the kernel drops such
// frames until the port is set again.
func peerInHost(index int) (bool, error) {
	dump, err := syscall.NetlinkRIB(syscall.RTM_GETLINK, syscall.AF_UNSPEC)
	if err != nil {
		return false, fmt.Errorf("list interfaces: %w", err)
	}
	messages, err := syscall.ParseNetlinkMessage(dump)
	if err != nil {
		return false, fmt.Errorf("list interfaces: %w", err)
	}
	for _, m := range messages {
		// struct ifinfomsg: family, padding, type, index as 32 bits at 4
		if m.Header.Type != syscall.RTM_NEWLINK || len(m.Data) < syscall.SizeofIfInfomsg ||
			int(binary.NativeEndian.Uint32(m.Data[4:])) != index {
			continue
		}
		attrs, err := syscall.ParseNetlinkRouteAttr(&m)
		if err != nil {
			return false, fmt.Errorf("read interface %d: %w", index, err)
		}
		return farVeth(attrs), nil
	}
	return false, nil
}

func farVeth(attrs []syscall.NetlinkRouteAttr) bool {
	var veth, elsewhere bool
	for _, a := range attrs {
		switch a.Attr.Type &^ unix.NLA_F_NESTED {
		case unix.IFLA_LINK_NETNSID:
			elsewhere = true
		case unix.IFLA_LINKINFO:
			// The first attribute in the nest is IFLA_INFO_KIND, a string.
			veth = len(a.Value) > 4 && bytes.HasPrefix(a.Value[4:], []byte("veth\x00"))
		}
	}
	return veth && elsewhere
}

// Package wiring makes and removes the kernel's side of a lab: network
// namespaces, virtual cables, the control-plane bridge and mounts.
//
// It keeps no state: namespaces are found by name under /run/netns, where the ip
// tool finds them too. Every function may be called from any goroutine; work in a
// namespace runs on a thread that is locked for as long as it is there.
//
// It must never touch an interface outside the namespaces that it was given.
package wiring

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// namespaces is where the ip tool and the kernel's users agree to keep them.
const namespaces = "/run/netns"

// Create makes a network namespace with its loopback up. An existing one is an
// error: two labs must not share.
func Create(name string) error {
	if err := claim(); err != nil {
		return err
	}
	return locked(func() error {
		ns, err := netns.NewNamed(name)
		if err != nil {
			return fmt.Errorf("create namespace %s: %w", name, err)
		}
		defer ns.Close()
		lo, err := netlink.LinkByName("lo")
		if err != nil {
			return fmt.Errorf("find loopback of %s: %w", name, err)
		}
		return netlink.LinkSetUp(lo)
	})
}

// Do runs f on a thread inside the namespace. What f starts (processes,
// sockets) stays there; goroutines that f starts do not.
func Do(name string, f func() error) error {
	return locked(func() error {
		ns, err := netns.GetFromName(name)
		if err != nil {
			return fmt.Errorf("open namespace %s: %w", name, err)
		}
		defer ns.Close()
		if err := netns.Set(ns); err != nil {
			return fmt.Errorf("enter namespace %s: %w", name, err)
		}
		return f()
	})
}

// locked runs f on a thread of its own and gives the thread back only when it
// is in its old namespace again; otherwise the thread ends with the goroutine.
func locked(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		home, err := netns.Get()
		if err != nil {
			done <- fmt.Errorf("read own namespace: %w", err)
			return
		}
		defer home.Close()
		err = f()
		if back := netns.Set(home); back == nil {
			runtime.UnlockOSThread()
		}
		done <- err
	}()
	return <-done
}

// Exists reports whether the namespace is there.
func Exists(name string) bool {
	_, err := os.Stat(filepath.Join(namespaces, name))
	return err == nil
}

// List returns the names of all namespaces that begin with prefix.
func List(prefix string) ([]string, error) {
	entries, err := os.ReadDir(namespaces)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Remove deletes a namespace and with it every interface inside; one that is
// not there is no error.
func Remove(name string) error {
	if err := netns.DeleteNamed(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove namespace %s: %w", name, err)
	}
	return nil
}

// Inode returns the number that the kernel shows for the namespace in
// /proc/PID/ns/net, to find the processes inside.
func Inode(name string) (uint64, error) {
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(namespaces, name), &st); err != nil {
		return 0, fmt.Errorf("look up namespace %s: %w", name, err)
	}
	return st.Ino, nil
}

// End is one end of a cable.
type End struct {
	Namespace string
	Name      string        // interface name
	MAC       inventory.MAC // zero: the kernel's choice
}

// Cable makes a veth pair with one end in each namespace, both up, with the
// given MTU.
func Cable(a, b End, mtu int) error {
	nsA, err := netns.GetFromName(a.Namespace)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", a.Namespace, err)
	}
	defer nsA.Close()
	nsB, err := netns.GetFromName(b.Namespace)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", b.Namespace, err)
	}
	defer nsB.Close()
	h, err := netlink.NewHandleAt(nsA)
	if err != nil {
		return fmt.Errorf("open netlink in %s: %w", a.Namespace, err)
	}
	defer h.Close()
	veth := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: a.Name, MTU: mtu, HardwareAddr: hardware(a.MAC)},
		PeerName:  b.Name, PeerNamespace: netlink.NsFd(nsB), PeerHardwareAddr: hardware(b.MAC), PeerMTU: uint32(mtu),
	}
	if err := h.LinkAdd(veth); err != nil {
		return fmt.Errorf("cable %s of %s to %s of %s: %w", a.Name, a.Namespace, b.Name, b.Namespace, err)
	}
	for _, e := range [2]End{a, b} {
		if err := SetLink(e.Namespace, e.Name, true); err != nil {
			return err
		}
	}
	return nil
}

func hardware(m inventory.MAC) net.HardwareAddr {
	if m.IsZero() {
		return nil
	}
	return net.HardwareAddr(m[:])
}

// in runs f with a netlink handle and the named link of a namespace.
func in(namespace, link string, f func(*netlink.Handle, netlink.Link) error) error {
	ns, err := netns.GetFromName(namespace)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", namespace, err)
	}
	defer ns.Close()
	h, err := netlink.NewHandleAt(ns)
	if err != nil {
		return fmt.Errorf("open netlink in %s: %w", namespace, err)
	}
	defer h.Close()
	l, err := h.LinkByName(link)
	if err != nil {
		return fmt.Errorf("find interface %s of %s: %w", link, namespace, err)
	}
	return f(h, l)
}

// SetLink sets an interface up or down.
func SetLink(namespace, link string, up bool) error {
	return in(namespace, link, func(h *netlink.Handle, l netlink.Link) error {
		set, word := h.LinkSetDown, "down"
		if up {
			set, word = h.LinkSetUp, "up"
		}
		if err := set(l); err != nil {
			return fmt.Errorf("set %s of %s %s: %w", link, namespace, word, err)
		}
		return nil
	})
}

// AddAddress gives an interface an address.
func AddAddress(namespace, link string, addr netip.Prefix) error {
	return in(namespace, link, func(h *netlink.Handle, l netlink.Link) error {
		a := &netlink.Addr{IPNet: &net.IPNet{IP: addr.Addr().AsSlice(), Mask: net.CIDRMask(addr.Bits(), addr.Addr().BitLen())}}
		if err := h.AddrReplace(l, a); err != nil {
			return fmt.Errorf("give %s of %s the address %s: %w", link, namespace, addr, err)
		}
		return nil
	})
}

// Bridge makes a bridge that is up.
func Bridge(namespace, name string) error {
	ns, err := netns.GetFromName(namespace)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", namespace, err)
	}
	defer ns.Close()
	h, err := netlink.NewHandleAt(ns)
	if err != nil {
		return fmt.Errorf("open netlink in %s: %w", namespace, err)
	}
	defer h.Close()
	if err := h.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: name}}); err != nil {
		return fmt.Errorf("make bridge %s in %s: %w", name, namespace, err)
	}
	return SetLink(namespace, name, true)
}

// Enslave puts an interface on a bridge of the same namespace.
func Enslave(namespace, link, bridge string) error {
	return in(namespace, bridge, func(h *netlink.Handle, br netlink.Link) error {
		l, err := h.LinkByName(link)
		if err != nil {
			return fmt.Errorf("find interface %s of %s: %w", link, namespace, err)
		}
		if err := h.LinkSetMaster(l, br); err != nil {
			return fmt.Errorf("put %s on bridge %s: %w", link, bridge, err)
		}
		return nil
	})
}

// Move takes an interface to another namespace under another name and sets it
// up there: the cable stays, its end is plugged into another socket. Either all of
// it happens or the end is up again where it was.
func Move(from, link, to, name string) error {
	target, err := netns.GetFromName(to)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", to, err)
	}
	defer target.Close()
	// On its way the interface has a name that neither side uses.
	passing := "mv" + strconv.FormatInt(time.Now().UnixNano()%1e9, 36)
	err = in(from, link, func(h *netlink.Handle, l netlink.Link) error {
		if err := errors.Join(h.LinkSetDown(l), h.LinkSetName(l, passing), h.LinkSetNsFd(l, int(target))); err != nil {
			return errors.Join(fmt.Errorf("move %s to %s: %w", link, to, err), h.LinkSetName(l, link), h.LinkSetUp(l))
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = in(to, passing, func(h *netlink.Handle, l netlink.Link) error { return h.LinkSetName(l, name) })
	if err != nil {
		return fmt.Errorf("name the moved interface %s: %w", name, err)
	}
	return SetLink(to, name, true)
}

// HasLink reports whether a namespace has an interface of that name.
func HasLink(namespace, link string) bool {
	return in(namespace, link, func(*netlink.Handle, netlink.Link) error { return nil }) == nil
}

// QuietIPv6 stops the kernel of a namespace from speaking IPv6 by itself on the
// interfaces it gets from now on: a switch port is no host.
func QuietIPv6(namespace string) error {
	return Do(namespace, func() error {
		for _, which := range []string{"default", "all"} {
			path := "/proc/sys/net/ipv6/conf/" + which + "/disable_ipv6"
			err := os.WriteFile(path, []byte("1"), 0o644)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("switch IPv6 off in %s: %w", namespace, err)
			}
		}
		return nil
	})
}

// UnmountBelow unmounts everything that is mounted under dir.
func UnmountBelow(dir string) error {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("read mounts: %w", err)
	}
	var errs []error
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if len(f) > 4 && strings.HasPrefix(f[4], dir+string(filepath.Separator)) {
			if err := unix.Unmount(f[4], unix.MNT_DETACH); err != nil {
				errs = append(errs, fmt.Errorf("unmount %s: %w", f[4], err))
			}
		}
	}
	return errors.Join(errs...)
}

// PeerIndex returns the interface index of the far end of a cable, as the far
// end's namespace counts.
func PeerIndex(namespace, link string) (index int, err error) {
	err = in(namespace, link, func(_ *netlink.Handle, l netlink.Link) error {
		index = l.Attrs().ParentIndex
		return nil
	})
	return index, err
}

// NameOf returns the name of the interface with that index in namespace, if its
// cable leads to the namespace far.
func NameOf(namespace string, index int, far string) (string, error) {
	ns, err := netns.GetFromName(namespace)
	if err != nil {
		return "", fmt.Errorf("open namespace %s: %w", namespace, err)
	}
	defer ns.Close()
	farNS, err := netns.GetFromName(far)
	if err != nil {
		return "", fmt.Errorf("open namespace %s: %w", far, err)
	}
	defer farNS.Close()
	h, err := netlink.NewHandleAt(ns)
	if err != nil {
		return "", fmt.Errorf("open netlink in %s: %w", namespace, err)
	}
	defer h.Close()
	l, err := h.LinkByIndex(index)
	if err != nil {
		return "", fmt.Errorf("find interface %d of %s: %w", index, namespace, err)
	}
	id, err := h.GetNetNsIdByFd(int(farNS))
	if err != nil || id != l.Attrs().NetNsID {
		return "", fmt.Errorf("interface %s of %s leads elsewhere", l.Attrs().Name, namespace)
	}
	return l.Attrs().Name, nil
}

// MountBPF mounts a BPF file system on dir, where a node agent pins what must
// outlive it.
func MountBPF(dir string) error {
	if err := unix.Mount("bpf", dir, "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return fmt.Errorf("mount BPF file system on %s: %w", dir, err)
	}
	return nil
}

package vip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"time"
	"unsafe"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// guard is a filter in the kernel behind the interface: nothing leaves from the address
// once a moment has passed, whatever has become of us. It stays when we are killed.
type guard struct {
	moment int // descriptor of the map that holds it
	filter *netlink.BpfFilter
}

// The filter's place at the interface: before whatever an operator may put there.
const (
	guardName     = "oneswitch-vip"
	guardPriority = 1
	guardHandle   = 0x6f73
)

// newGuard sets the guard up, closed, in place of one that a killed director left behind.
// There is none, and no error, where nobody is to be kept silent: on loopback, and for
// addresses of IPv6.
func (a Address) newGuard() (*guard, error) {
	nic, err := net.InterfaceByName(a.Interface)
	if err != nil {
		return nil, fmt.Errorf("find interface %s: %w", a.Interface, err)
	}
	if len(nic.HardwareAddr) != 6 || !a.Prefix.Addr().Is4() {
		return nil, nil
	}
	g := &guard{moment: -1}
	if g.moment, err = newMap(); err != nil {
		return nil, fmt.Errorf("make guard of the virtual address: %w", err)
	}
	prog, err := loadFilter(a.Prefix.Addr(), g.moment)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make guard of the virtual address: %w", err), g.close())
	}
	defer unix.Close(prog) // the filter has it
	g.filter = &netlink.BpfFilter{
		FilterAttrs: netlink.FilterAttrs{
			LinkIndex: nic.Index, Parent: netlink.HANDLE_MIN_EGRESS, Handle: guardHandle, Priority: guardPriority, Protocol: unix.ETH_P_ALL,
		},
		Fd: prog, Name: guardName, DirectAction: true,
	}
	place := &netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{
		LinkIndex: nic.Index, Handle: netlink.MakeHandle(0xffff, 0), Parent: netlink.HANDLE_CLSACT,
	}}
	if err := netlink.QdiscAdd(place); err != nil && !errors.Is(err, unix.EEXIST) {
		return nil, errors.Join(fmt.Errorf("make room for the guard at %s: %w", a.Interface, err), g.close())
	}
	if err := netlink.FilterReplace(g.filter); err != nil {
		return nil, errors.Join(fmt.Errorf("put the guard at %s: %w", a.Interface, err), g.close())
	}
	return g, nil
}

// open lets the address answer for a while from now on.
func (g *guard) open(left time.Duration) error {
	if g == nil {
		return nil
	}
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return fmt.Errorf("read clock: %w", err)
	}
	if err := storeMap(g.moment, uint64(max(now.Nano()+int64(left), 0))); err != nil {
		return fmt.Errorf("open guard: %w", err)
	}
	return nil
}

// remove takes the guard away; the address must be gone.
func (g *guard) remove() error {
	if g == nil {
		return nil
	}
	return errors.Join(netlink.FilterDel(g.filter), g.close())
}

func (g *guard) close() error { return unix.Close(g.moment) }

// bpf(2) as far as one filter needs it. Commands, and types of maps and programs.
const (
	bpfMapCreate  = 0
	bpfMapUpdate  = 2
	bpfProgLoad   = 5
	bpfArray      = 2
	bpfClassifier = 3
)

func bpf(command uintptr, attr unsafe.Pointer, size uintptr) (int, error) {
	fd, _, errno := unix.Syscall(unix.SYS_BPF, command, uintptr(attr), size)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// newMap returns a map of one number, 0: long ago.
func newMap() (int, error) {
	attr := struct{ kind, key, value, entries, flags uint32 }{bpfArray, 4, 8, 1, 0}
	fd, err := bpf(bpfMapCreate, unsafe.Pointer(&attr), unsafe.Sizeof(attr))
	if err != nil {
		return -1, fmt.Errorf("create map: %w", err)
	}
	return fd, nil
}

func storeMap(fd int, value uint64) error {
	key := uint32(0)
	attr := struct {
		fd, _             uint32
		key, value, flags uint64
	}{fd: uint32(fd), key: uint64(uintptr(unsafe.Pointer(&key))), value: uint64(uintptr(unsafe.Pointer(&value)))}
	_, err := bpf(bpfMapUpdate, unsafe.Pointer(&attr), unsafe.Sizeof(attr))
	runtime.KeepAlive(&key)
	runtime.KeepAlive(&value)
	if err != nil {
		return fmt.Errorf("write map: %w", err)
	}
	return nil
}

// instruction is one of BPF (Documentation/bpf/standardization/instruction-set.rst).
type instruction struct {
	code   uint8
	regs   uint8 // destination, source << 4
	offset int16
	value  int32
}

// filter drops frames from the address, ARP replies among them, once the moment in the
// map has passed on the kernel's monotonic clock. What is too short to say where it
// comes from passes.
func filter(a netip.Addr, moment int) []instruction {
	four := a.As4()
	source := int32(binary.BigEndian.Uint32(four[:]))
	const drop, pass = 18, 20 // where the two verdicts stand
	to := func(target, here int) int16 { return int16(target - here - 1) }
	return []instruction{
		{0xbf, 0x16, 0, 0},                           // 0: r6 = r1
		{0x28, 0, 0, 12},                             // 1: r0 = ethertype
		{0x15, 0, to(6, 2), unix.ETH_P_ARP},          // 2
		{0x55, 0, to(pass, 3), unix.ETH_P_IP},        // 3
		{0x20, 0, 0, 26},                             // 4: r0 = source of IPv4
		{0x05, 0, to(7, 5), 0},                       // 5
		{0x20, 0, 0, 28},                             // 6: r0 = sender of ARP
		{0x56, 0, to(pass, 7), source},               // 7: another one's
		{0x62, 0x0a, -4, 0},                          // 8: key 0
		{0xbf, 0xa2, 0, 0},                           // 9: r2 = r10
		{0x07, 0x02, 0, -4},                          // 10: r2 -= 4
		{0x18, 0x11, 0, int32(moment)}, {0, 0, 0, 0}, // 11: r1 = map
		{0x85, 0, 0, 1},                  // 13: r0 = bpf_map_lookup_elem
		{0x15, 0, to(drop, 14), 0},       // 14
		{0x79, 0x07, 0, 0},               // 15: r7 = moment
		{0x85, 0, 0, 5},                  // 16: r0 = bpf_ktime_get_ns
		{0xad, 0x70, to(pass, 17), 0},    // 17: not yet
		{0xb7, 0, 0, 2}, {0x95, 0, 0, 0}, // 18: TC_ACT_SHOT
		{0xb7, 0, 0, -1}, {0x95, 0, 0, 0}, // 20: TC_ACT_UNSPEC
	}
}

func loadFilter(a netip.Addr, moment int) (int, error) {
	code, license := filter(a, moment), []byte("GPL\x00")
	attr := struct {
		kind, count    uint32
		code, license  uint64
		level, size    uint32
		log            uint64
		version, flags uint32
		name           [16]byte
	}{
		kind: bpfClassifier, count: uint32(len(code)),
		code: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(code)))), license: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(license)))),
	}
	copy(attr.name[:], "oneswitch_vip")
	fd, err := bpf(bpfProgLoad, unsafe.Pointer(&attr), unsafe.Sizeof(attr))
	runtime.KeepAlive(code)
	runtime.KeepAlive(license)
	if err != nil {
		return -1, fmt.Errorf("load filter: %w", err)
	}
	return fd, nil
}

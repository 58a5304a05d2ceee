package ebpf

import (
	"fmt"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// The sizes of the tables, from the BPF sources.
const (
	slotLimit   = int(planeLimitsMAX_SLOTS)
	domainLimit = int(planeLimitsMAX_DOMAINS)
	deviceLimit = int(planeLimitsMAX_DEVICES)
	cells       = int(planeLimitsCELLS)
)

// table is an array map as memory: row i is the value of key i, and the programs
// see a store at once. Only scalars are stored whole; a row of several words may be
// read half written, and every writer here orders its stores so that this is harmless.
type table[T any] struct {
	rows   []T
	memory []byte
}

func mapTable[T any](m *ebpf.Map, n int) (table[T], error) {
	var t table[T]
	var row T
	size := int(unsafe.Sizeof(row))
	// The kernel rounds the distance of two values up to eight octets.
	if stride := (int(m.ValueSize()) + 7) &^ 7; size != stride || int(m.MaxEntries()) != n {
		return t, fmt.Errorf("map %s holds %d values of %d octets, want %d of %d", m, m.MaxEntries(), stride, n, size)
	}
	page := unix.Getpagesize()
	length := (size*n + page - 1) / page * page
	memory, err := unix.Mmap(m.FD(), 0, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return t, fmt.Errorf("map %s into memory: %w", m, err)
	}
	t.memory = memory
	t.rows = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), n)
	return t, nil
}

func (t *table[T]) unmap() error {
	if t.memory == nil {
		return nil
	}
	memory := t.memory
	t.rows, t.memory = nil, nil
	if err := unix.Munmap(memory); err != nil {
		return fmt.Errorf("unmap table: %w", err)
	}
	return nil
}

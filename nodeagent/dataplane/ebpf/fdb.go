package ebpf

import (
	"errors"
	"iter"
	"slices"
	"sync/atomic"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// ErrFull is returned by Apply when an address finds no room in the table.
var ErrFull = errors.New("address table is full")

// fdbTable is the table of addresses: every address lives in one of two buckets of
// four cells, each one cache line. The zero key is an empty cell.
type fdbTable struct {
	buckets table[planeFdbBucket]
	ages    table[planeAgeBucket]
	seed    uint64
}

// cell is one place in the table.
type cell struct {
	bucket uint32
	index  int
}

func (t *fdbTable) key(c cell) *uint64          { return &t.buckets.rows[c.bucket].Key[c.index] }
func (t *fdbTable) value(c cell) *uint64        { return &t.buckets.rows[c.bucket].Value[c.index] }
func (t *fdbTable) heard(c cell) *uint32        { return &t.ages.rows[c.bucket].Heard[c.index] }
func (t *fdbTable) mask() uint32                { return uint32(len(t.buckets.rows) - 1) }
func (t *fdbTable) used(c cell) bool            { return *t.key(c) != 0 }
func (t *fdbTable) holds(c cell, k uint64) bool { return *t.key(c) == k }

// choices returns the two buckets of a key, as fdb_find in bpf/lookup.h does.
func (t *fdbTable) choices(key uint64) [2]uint32 {
	h := (key ^ t.seed) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 32
	return [2]uint32{uint32(h) & t.mask(), uint32(h>>24) & t.mask()}
}

// search returns the first cell of a bucket for which ok holds.
func (t *fdbTable) search(bucket uint32, ok func(cell) bool) (cell, bool) {
	for i := range cells {
		if c := (cell{bucket, i}); ok(c) {
			return c, true
		}
	}
	return cell{}, false
}

func (t *fdbTable) find(key uint64) (cell, bool) {
	for _, b := range t.choices(key) {
		if c, ok := t.search(b, func(c cell) bool { return t.holds(c, key) }); ok {
			return c, true
		}
	}
	return cell{}, false
}

// set inserts or changes an address, heard now.
func (t *fdbTable) set(key, value uint64, now uint32) error {
	c, ok := t.find(key)
	if !ok {
		if c, ok = t.room(key); !ok {
			return ErrFull
		}
	}
	t.write(c, key, value, now)
	return nil
}

// write fills a cell, the value before the key, so that a reader who finds the key
// finds its value.
func (t *fdbTable) write(c cell, key, value uint64, heard uint32) {
	atomic.StoreUint32(t.heard(c), heard)
	atomic.StoreUint64(t.value(c), value)
	atomic.StoreUint64(t.key(c), key)
}

// clear empties a cell, the key before the value.
func (t *fdbTable) clear(c cell) {
	atomic.StoreUint64(t.key(c), 0)
	atomic.StoreUint64(t.value(c), 0)
}

// step is a bucket that the search for room came to, by way of the address in the cell
// from, which could move there.
type step struct {
	bucket uint32
	from   cell
	parent int // in the list of steps; -1 for the two buckets of the new key
}

// maxSteps bounds the search for room. With it the table takes about nine tenths of
// its cells; it is made twice as large as it need be.
const maxSteps = 128

// room returns a free cell for a key, if need be by moving other addresses to their
// other buckets (cuckoo hashing, breadth first: as few moves as possible).
func (t *fdbTable) room(key uint64) (cell, bool) {
	choices := t.choices(key)
	steps := []step{{bucket: choices[0], parent: -1}, {bucket: choices[1], parent: -1}}
	for i := 0; i < len(steps) && i < maxSteps; i++ {
		if c, ok := t.search(steps[i].bucket, func(c cell) bool { return !t.used(c) }); ok {
			return t.shift(steps, i, c), true
		}
		for j := range cells {
			from := cell{steps[i].bucket, j}
			for _, other := range t.choices(*t.key(from)) {
				if !slices.ContainsFunc(steps, func(s step) bool { return s.bucket == other }) {
					steps = append(steps, step{other, from, i})
				}
			}
		}
	}
	return cell{}, false
}

// shift moves addresses along the way that the search took, the last one first, and
// returns the cell that is free at its start. A copy stands before the original
// goes, so a reader finds one of them.
func (t *fdbTable) shift(steps []step, i int, free cell) cell {
	for ; steps[i].parent >= 0; i = steps[i].parent {
		from := steps[i].from
		t.write(free, *t.key(from), *t.value(from), atomic.LoadUint32(t.heard(from)))
		t.clear(from)
		free = from
	}
	return free
}

func (t *fdbTable) remove(key uint64) {
	if c, ok := t.find(key); ok {
		t.clear(c)
	}
}

// all iterates over the cells in use.
func (t *fdbTable) all() iter.Seq[cell] {
	return func(yield func(cell) bool) {
		for b := range t.buckets.rows {
			for i := range cells {
				if c := (cell{uint32(b), i}); t.used(c) && !yield(c) {
					return
				}
			}
		}
	}
}

// The packing of keys and values, see bpf/defs.h.
const (
	labelBits  = int(planeFdbValueVALUE_LABEL_BITS)
	deviceBits = int(planeFdbValueVALUE_DEVICE_BITS)
	staticBit  = int(planeFdbValueVALUE_STATIC_BIT)
)

func packKey(k fib.MACKey) uint64 {
	key := uint64(k.Domain)
	for _, octet := range k.MAC {
		key = key<<8 | uint64(octet)
	}
	return key
}

func unpackKey(key uint64) fib.MACKey {
	var k fib.MACKey
	k.Domain = inventory.DomainID(key >> 48)
	for i := range k.MAC {
		k.MAC[i] = byte(key >> (40 - 8*i))
	}
	return k
}

func packEntry(e fib.Entry) uint64 {
	v := uint64(e.Label) | uint64(e.Device)<<labelBits
	if e.Static {
		v |= 1 << staticBit
	}
	return v
}

func unpackEntry(v uint64) fib.Entry {
	return fib.Entry{
		Label:  inventory.Label(v & (1<<labelBits - 1)),
		Device: inventory.DeviceID(v >> labelBits & (1<<deviceBits - 1)),
		Static: v>>staticBit&1 == 1,
	}
}

package reflector

import (
	"bytes"
	"hash/maphash"
	"slices"

	"oneswitch/fabricctl/route"
)

// rec is one route: the paths of one NLRI key. Records hold numbers instead of
// pointers so that the collector never looks into the table. Number 0 is no record.
type rec struct {
	hash  uint32
	first uint32 // best path, head of the list; while free, the next free record
	mark  uint32 // 1 + index in table.changes while changed and not yet published
	fam   famIndex
	live  bool
}

// path is one peer's copy of a route.
type path struct {
	nlri  uint32 // offset in the arena
	attr  uint32 // attribute set
	next  uint32 // next path of the route; while free, the next free path
	since uint32 // seconds since the reflector's start
	size  uint16 // of the NLRI
	peer  uint16 // slot of the sender
	life  uint16 // the sender's life in which it was last announced, see peer.life
}

// slot is one place of the index: a record and its hash, to compare without
// touching the record.
type slot struct{ hash, rec uint32 }

// grave marks an index slot whose record was removed.
const grave = ^uint32(0)

// table is the routes of all families.
type table struct {
	arena     arena
	recs      []rec
	paths     []path
	freeRec   uint32
	freePath  uint32
	index     []slot // open addressing, linear probing; a power of two long
	taken     int    // slots that are not empty, graves included
	live      int    // records
	seed      maphash.Seed
	changes   []change // of this step, not yet published
	graveyard []span   // NLRIs to be freed once the changes are published
}

// span is a stretch of the arena.
type span struct {
	at   uint32
	size uint16
}

func newTable() *table {
	return &table{recs: make([]rec, 1), paths: make([]path, 1), index: make([]slot, 1024), seed: maphash.MakeSeed()}
}

func (t *table) hash(fam famIndex, nlri []byte) uint32 {
	a, b := route.KeySpans(fam.family(), nlri)
	h := maphash.Bytes(t.seed, a)
	if len(b) > 0 {
		h = h*0x9e3779b97f4a7c15 ^ maphash.Bytes(t.seed, b)
	}
	if fam == famEVPN {
		h ^= uint64(nlri[0]) << 32
	}
	return uint32(h) ^ uint32(h>>32)
}

// sameKey compares the keys of two NLRIs of one family.
func sameKey(fam famIndex, x, y []byte) bool {
	if fam == famEVPN && x[0] != y[0] {
		return false
	}
	xa, xb := route.KeySpans(fam.family(), x)
	ya, yb := route.KeySpans(fam.family(), y)
	return bytes.Equal(xa, ya) && bytes.Equal(xb, yb)
}

// find returns the record of an NLRI, 0 if there is none, and its hash.
func (t *table) find(fam famIndex, nlri []byte) (r, hash uint32) {
	hash = t.hash(fam, nlri)
	mask := uint32(len(t.index) - 1)
	for i := hash & mask; t.index[i].rec != 0; i = (i + 1) & mask {
		s := t.index[i]
		if s.hash != hash || s.rec == grave {
			continue
		}
		if key := t.key(&t.recs[s.rec]); t.recs[s.rec].fam == fam && key != nil && sameKey(fam, key, nlri) {
			return s.rec, hash
		}
	}
	return 0, hash
}

// key returns an NLRI with the key of record e. A record that has lost its last
// path in this step still has the one that was advertised; nil means that it never
// was, and then the record may as well be forgotten.
func (t *table) key(e *rec) []byte {
	if e.first != 0 {
		return t.nlri(e.first)
	}
	if ch := &t.changes[e.mark-1]; ch.attr != 0 {
		return t.arena.bytes(ch.nlri)
	}
	return nil
}

// nlri returns the bytes of path p's NLRI.
func (t *table) nlri(p uint32) []byte {
	e := &t.paths[p]
	return t.arena.bytes(span{e.nlri, e.size})
}

// insert makes a record without paths; the caller adds one at once.
func (t *table) insert(fam famIndex, hash uint32) uint32 {
	if 4*(t.taken+1) > 3*len(t.index) {
		t.rehash()
	}
	r := t.freeRec
	if r != 0 {
		t.freeRec = t.recs[r].first
	} else {
		r = uint32(len(t.recs))
		t.recs = append(room(t.recs), rec{})
	}
	t.recs[r] = rec{hash: hash, fam: fam, live: true}
	t.place(slot{hash, r})
	t.live++
	return r
}

func (t *table) place(s slot) {
	mask := uint32(len(t.index) - 1)
	i := s.hash & mask
	for t.index[i].rec != 0 && t.index[i].rec != grave {
		i = (i + 1) & mask
	}
	if t.index[i].rec == 0 {
		t.taken++
	}
	t.index[i] = s
}

// rehash makes room: it drops graves, and doubles when records need it.
func (t *table) rehash() {
	old := t.index
	size := len(old)
	if 2*t.live >= size {
		size *= 2
	}
	t.index, t.taken = make([]slot, size), 0
	for _, s := range old {
		if s.rec != 0 && s.rec != grave {
			t.place(s)
		}
	}
}

// remove takes a record without paths out of the table.
func (t *table) remove(r uint32) {
	e := &t.recs[r]
	mask := uint32(len(t.index) - 1)
	for i := e.hash & mask; t.index[i].rec != 0; i = (i + 1) & mask {
		if t.index[i].rec == r {
			t.index[i] = slot{0, grave}
			break
		}
	}
	*e = rec{first: t.freeRec}
	t.freeRec = r
	t.live--
}

// addPath puts a new path at the end of record r's list.
func (t *table) addPath(r uint32, nlri []byte, p path) uint32 {
	p.nlri, p.size, p.next = t.arena.put(nlri), uint16(len(nlri)), 0
	n := t.freePath
	if n != 0 {
		t.freePath = t.paths[n].next
		t.paths[n] = p
	} else {
		n = uint32(len(t.paths))
		t.paths = append(room(t.paths), p)
	}
	link := &t.recs[r].first
	for *link != 0 {
		link = &t.paths[*link].next
	}
	*link = n
	return n
}

// dropPath takes path n off record r's list. Its NLRI stays readable until bury,
// because a withdrawal may still have to be written from it.
func (t *table) dropPath(r, n uint32) {
	link := &t.recs[r].first
	for *link != n {
		link = &t.paths[*link].next
	}
	p := &t.paths[n]
	*link = p.next
	t.graveyard = append(t.graveyard, span{p.nlri, p.size})
	*p = path{next: t.freePath}
	t.freePath = n
}

// bury frees the NLRIs of dropped paths.
func (t *table) bury() {
	for _, s := range t.graveyard {
		t.arena.free(s)
	}
	t.graveyard = t.graveyard[:0]
}

// lead moves path n to the head of record r's list.
func (t *table) lead(r, n uint32) {
	if t.recs[r].first == n {
		return
	}
	link := &t.recs[r].first
	for *link != n {
		link = &t.paths[*link].next
	}
	*link = t.paths[n].next
	t.paths[n].next = t.recs[r].first
	t.recs[r].first = n
}

// pathOf returns peer's path of record r, or 0.
func (t *table) pathOf(r uint32, peer uint16) uint32 {
	for n := t.recs[r].first; n != 0; n = t.paths[n].next {
		if t.paths[n].peer == peer {
			return n
		}
	}
	return 0
}

// firstRoom is how much room a slice of the table begins with.
const firstRoom = 4096

// room doubles a full slice: append alone would grow a large one by a quarter, and
// a table that is being loaded would be copied again and again.
func room[T any](s []T) []T {
	if len(s) < cap(s) {
		return s
	}
	return slices.Grow(s, max(firstRoom, len(s)))
}

// arena keeps short byte strings. Freed ones are used again by strings of the same
// length: the NLRIs of a fabric have a handful of lengths.
type arena struct {
	buf  []byte
	gaps [route.MaxNLRI + 1][]uint32 // by length
}

func (a *arena) put(b []byte) uint32 {
	if gaps := a.gaps[len(b)]; len(gaps) > 0 {
		at := gaps[len(gaps)-1]
		a.gaps[len(b)] = gaps[:len(gaps)-1]
		copy(a.buf[at:], b)
		return at
	}
	at := uint32(len(a.buf))
	if len(a.buf)+len(b) > cap(a.buf) {
		a.buf = slices.Grow(a.buf, max(firstRoom, len(a.buf)))
	}
	a.buf = append(a.buf, b...)
	return at
}

func (a *arena) bytes(s span) []byte { return a.buf[s.at : s.at+uint32(s.size)] }

func (a *arena) free(s span) { a.gaps[s.size] = append(a.gaps[s.size], s.at) }

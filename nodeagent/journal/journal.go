// Package journal keeps what a member must not forget across a power cut: the
// running intent, the prepared one, the one that holds again when a commit is not
// confirmed, their stamps and the highest epoch it has heard (reliability.md 3.2 D1,
// D4, D6).
//
// Two files take turns. A save writes the older one anew (temporary name, fsync,
// rename, fsync of the directory), so that the last good record stays whole until
// the new one is, and a torn or damaged file costs one record and never all.
//
// A Journal has no lock: one goroutine at a time saves. The package starts none.
//
// Invariants: Save returns nil only when the record is on the disk; Load returns the
// newest record that is whole, and names every file that is not. It must never
// interpret an intent beyond decoding it, and never repair by guessing.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
)

// Record is everything that is kept.
type Record struct {
	State   txn.State      // epoch, running stamp, held transaction
	Running *intent.Intent // nil before the first commit
	Held    *intent.Intent // nil when State.Held is zero
	Back    *intent.Intent // of State.Ticket; nil when there is none
}

// Journal is the pair of files in one directory.
type Journal struct {
	dir  string
	next uint64 // sequence number of the next record; its lowest bit names the file
}

const (
	magic   = "oneswitch-journal 1"
	maxSize = 64 << 20 // no intent comes near; a larger file is damage
)

// Open prepares the directory dir and loads the newest whole record. The Journal is
// usable even when problem is not nil: problem then says which file was damaged and
// the record is the last good one (the zero Record when there is none). err means
// that the directory cannot be used at all.
func Open(dir string) (j *Journal, rec Record, problem, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, Record{}, nil, fmt.Errorf("create journal directory: %w", err)
	}
	j = &Journal{dir: dir, next: 1}
	var problems []error
	for slot := range uint64(2) {
		seq, r, err := load(j.path(slot))
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			problems = append(problems, err)
		case seq >= j.next:
			j.next, rec = seq+1, r
		}
	}
	return j, rec, errors.Join(problems...), nil
}

// Save makes the record durable: it is on the disk when Save returns nil. After an
// error the record before it is still there.
func (j *Journal) Save(rec Record) error {
	b, err := encode(j.next, rec)
	if err != nil {
		return err
	}
	if err := replace(j.path(j.next%2), b); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.next++
	return nil
}

func (j *Journal) path(slot uint64) string {
	return filepath.Join(j.dir, fmt.Sprintf("intent.%d", slot))
}

// replace writes b under a temporary name, syncs it, gives it its name and syncs
// the directory: without the last step the rename may be lost with the power.
func replace(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, werr := f.Write(b)
	serr := f.Sync()
	if err := errors.Join(werr, serr, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// body is the XML form of a record.
type body struct {
	XMLName  xml.Name  `xml:"journal"`
	Sequence uint64    `xml:"sequence"`
	State    txn.State `xml:"state"`
	Running  *wrapped  `xml:"running"`
	Held     *wrapped  `xml:"held"`
	Back     *wrapped  `xml:"back"`
}

type wrapped struct {
	Intent intent.Intent
}

func encode(seq uint64, rec Record) ([]byte, error) {
	w := body{Sequence: seq, State: rec.State}
	if rec.Running != nil {
		w.Running = &wrapped{rec.Running.Canonical()}
	}
	if rec.Held != nil {
		w.Held = &wrapped{rec.Held.Canonical()}
	}
	if rec.Back != nil {
		w.Back = &wrapped{rec.Back.Canonical()}
	}
	b, err := xml.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("encode journal: %w", err)
	}
	sum := sha256.Sum256(b)
	return append([]byte(magic+" "+hex.EncodeToString(sum[:])+"\n"), b...), nil
}

func load(path string) (uint64, Record, error) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, Record{}, err
	}
	if st.Size() > maxSize {
		return 0, Record{}, fmt.Errorf("journal file %s holds %d octets, at most %d are possible", path, st.Size(), maxSize)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, Record{}, fmt.Errorf("read journal: %w", err)
	}
	seq, rec, err := decode(b)
	if err != nil {
		return 0, Record{}, fmt.Errorf("journal file %s: %w", path, err)
	}
	return seq, rec, nil
}

// decode reads what encode wrote and checks that it agrees with itself.
func decode(b []byte) (uint64, Record, error) {
	head, rest, ok := strings.Cut(string(b), "\n")
	if !ok {
		return 0, Record{}, errors.New("ends within its first line")
	}
	want, ok := strings.CutPrefix(head, magic+" ")
	if !ok {
		return 0, Record{}, fmt.Errorf("does not begin with %q", magic)
	}
	sum := sha256.Sum256([]byte(rest))
	if hex.EncodeToString(sum[:]) != want {
		return 0, Record{}, errors.New("does not match its checksum: torn or damaged")
	}
	var w body
	if err := xml.Unmarshal([]byte(rest), &w); err != nil {
		return 0, Record{}, fmt.Errorf("decode record: %w", err)
	}
	rec := Record{State: w.State}
	if w.Running != nil {
		rec.Running = &w.Running.Intent
	}
	if w.Held != nil {
		rec.Held = &w.Held.Intent
	}
	if w.Back != nil {
		rec.Back = &w.Back.Intent
	}
	return w.Sequence, rec, rec.check()
}

// check refuses a record whose intents are not those that its stamps name.
func (r Record) check() error {
	match := func(what string, in *intent.Intent, s intent.Stamp) error {
		if in == nil {
			if s != (intent.Stamp{}) {
				return fmt.Errorf("the %s intent of revision %d is missing", what, s.Revision)
			}
			return nil
		}
		hash, err := in.Hash()
		if err != nil {
			return err
		}
		if hash != s.Hash {
			return fmt.Errorf("the %s intent has the hash %.12s, its stamp says %.12s", what, hash, s.Hash)
		}
		return in.Check()
	}
	return errors.Join(match("running", r.Running, r.State.Running), match("prepared", r.Held, r.State.Held.Stamp), match("former", r.Back, r.State.Ticket.Back))
}

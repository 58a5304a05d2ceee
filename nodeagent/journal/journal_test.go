package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

func sample(t testing.TB, name string) (*intent.Intent, string) {
	t.Helper()
	in := intent.Intent{Member: "N0", Name: name, Role: inventory.RoleNode, Device: 3,
		Domains: []intent.Domain{{ID: 1, Name: "default", Tag: 1}}}.Canonical()
	hash, err := in.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return &in, hash
}

func record(t testing.TB, epoch uint64, running, held string) Record {
	t.Helper()
	r := Record{State: txn.State{Epoch: epoch}}
	if running != "" {
		in, hash := sample(t, running)
		r.Running, r.State.Running = in, intent.Stamp{Epoch: epoch, Revision: epoch, Hash: hash}
	}
	if held != "" {
		in, hash := sample(t, held)
		r.Held = in
		r.State.Held = txn.Held{Txn: "t" + held, Stamp: intent.Stamp{Epoch: epoch, Revision: epoch + 1, Hash: hash}}
	}
	return r
}

func ticketed(t testing.TB, r Record, back string) Record {
	t.Helper()
	in, hash := sample(t, back)
	r.Back, r.State.Ticket = in, txn.Ticket{Back: intent.Stamp{Epoch: 1, Revision: 1, Hash: hash}, Deadline: 1700000000000000000}
	r.State.Left = intent.Stamp{Epoch: 1, Revision: 9, Hash: "h"}
	return r
}

func reopen(t testing.TB, dir string) (*Journal, Record, error) {
	t.Helper()
	j, rec, problem, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j, rec, problem
}

func TestSaveLoad(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	j, rec, problem := reopen(t, dir)
	if problem != nil || !reflect.DeepEqual(rec, Record{}) {
		t.Fatalf("a new journal holds %+v, %v", rec, problem)
	}
	for i, want := range []Record{
		record(t, 1, "", "a"), // prepared survives a restart (D1)
		record(t, 2, "a", ""),
		record(t, 3, "a", "b"),
		record(t, 4, "b", ""),
		ticketed(t, record(t, 5, "b", ""), "a"), // what holds again when nobody confirms (D6)
		{State: txn.State{Epoch: 9}},            // an epoch alone is kept too (D4)
	} {
		if err := j.Save(want); err != nil {
			t.Fatal(err)
		}
		var got Record
		if j, got, problem = reopen(t, dir); problem != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("step %d: got %+v, %v\nwant %+v", i, got, problem, want)
		}
	}
}

func TestDamageCostsOneRecord(t *testing.T) {
	t.Parallel()
	good, newest := record(t, 1, "a", ""), record(t, 2, "a", "b")
	b, err := encode(2, newest)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(b)
	flipped[len(b)/2] ^= 1
	for name, damaged := range map[string][]byte{
		"empty": {}, "half": b[:len(b)/2], "head only": b[:20], "one bit": flipped, "foreign": []byte("hello\nworld"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			j, _, _ := reopen(t, dir)
			for _, r := range []Record{good, newest} {
				if err := j.Save(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "intent.0"), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			j, got, problem := reopen(t, dir)
			if problem == nil || !strings.Contains(problem.Error(), "intent.0") {
				t.Errorf("problem %v does not name the file", problem)
			}
			if !reflect.DeepEqual(got, good) {
				t.Errorf("got %+v, want the record before", got)
			}
			if err := j.Save(newest); err != nil {
				t.Fatal(err)
			}
			if _, got, problem = reopen(t, dir); problem != nil || !reflect.DeepEqual(got, newest) {
				t.Errorf("after the next save: %+v, %v", got, problem)
			}
		})
	}
}

func TestStampMustMatchIntent(t *testing.T) {
	t.Parallel()
	r := record(t, 1, "a", "")
	r.State.Running.Hash = strings.Repeat("0", 64)
	b, err := encode(1, r)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := decode(b); err == nil || !strings.Contains(err.Error(), "stamp") {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, r := range []Record{{}, record(f, 1, "a", "b")} {
		b, err := encode(1, r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		seq, rec, err := decode(b)
		if err != nil {
			return
		}
		again, err := encode(seq, rec)
		if err != nil {
			t.Fatal(err)
		}
		if _, back, err := decode(again); err != nil || !reflect.DeepEqual(back, rec) {
			t.Fatalf("second round: %+v, %v", back, err)
		}
	})
}

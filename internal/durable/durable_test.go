package durable_test

import (
	"os"
	"path/filepath"
	"testing"

	"oneswitch/internal/durable"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, c := range []struct {
		content string
		mode    os.FileMode
	}{{"first", 0o600}, {"second", 0o644}} {
		if err := durable.Replace(path, []byte(c.content), c.mode); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if st, e := os.Stat(path); err != nil || e != nil || string(b) != c.content || st.Mode().Perm() != c.mode {
			t.Errorf("%q, %v, %v, %v", b, err, st.Mode(), e)
		}
	}
	if err := durable.Replace(filepath.Join(dir, "no", "file"), nil, 0o600); err == nil {
		t.Error("a directory that is not there was taken")
	}
	// What cannot get its name leaves nothing behind.
	taken := filepath.Join(dir, "directory")
	if err := os.MkdirAll(filepath.Join(taken, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := durable.Replace(taken, []byte("x"), 0o600); err == nil {
		t.Error("a directory was replaced")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

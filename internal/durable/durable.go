// Package durable replaces files so that they outlive a crash: what is read back is the
// old content or the new, never a part of it, and after Replace has returned it is the
// new one.
//
// It has no state and may be used from any goroutine, also by several processes that
// replace the same file. It must never know what a file holds.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace puts content at path in one step: it is written aside under a name of its own
// and synced, gets its name, and the directory is synced, since without that the name
// may be lost with the power.
func Replace(path string, content []byte, mode os.FileMode) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there after the rename
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

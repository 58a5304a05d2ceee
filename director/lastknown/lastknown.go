// Package lastknown keeps, beside the datastore, what a director knew of the fabric
// last: the active configuration and who is enrolled. A director that starts while the
// datastore is away serves it for reading (reliability.md F17).
//
// It owns one file and no state. The copy is whole or as it was, also after a crash; it
// holds hashes of passwords and is for the director alone. It must never be written
// back to the datastore, and nothing that members do may follow from it.
package lastknown

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"oneswitch/director/secret"
	"oneswitch/inventory"
)

// Copy is what was known.
type Copy struct {
	Revision uint64
	Config   string // text form
	Shipped  string // text form of the factory configuration; empty: not known
	Members  []inventory.Member
}

// Save replaces the copy.
func Save(path string, c Copy) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode what is known: %w", err)
	}
	if err := secret.Write(path, b); err != nil {
		return fmt.Errorf("keep what is known: %w", err)
	}
	return nil
}

// Load returns the copy; false when there is none. One that is damaged is an error.
func Load(path string) (Copy, bool, error) {
	var c Copy
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, false, nil
	case err != nil:
		return c, false, fmt.Errorf("read what is known: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return Copy{}, false, fmt.Errorf("read what is known: %s: %w", path, err)
	}
	return c, c.Revision != 0, nil
}

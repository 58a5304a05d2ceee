// Package secret keeps the files of a director that nobody else may read: the first
// password, the host key of the group, and what else holds hashes of passwords.
//
// It owns the files and no state. A file is whole or as it was, also after a crash. It
// must never log what it reads or writes.
package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"oneswitch/internal/durable"
	"oneswitch/internal/password"
)

// Password returns the password in the file, or makes one there. The file is
// the only place where it ever stands in plain text.
func Password(path string) (string, error) {
	if b, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(b)) != "" {
		return strings.TrimSpace(string(b)), nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read password file: %w", err)
	}
	made := password.New()
	if err := Write(path, []byte(made+"\n")); err != nil {
		return "", fmt.Errorf("write password file: %w", err)
	}
	return made, nil
}

// Write replaces a file that nobody else may read; after a crash it is whole
// or as it was.
func Write(path string, content []byte) error { return durable.Replace(path, content, 0o600) }

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"oneswitch/internal/junos/command"
)

// maxFile bounds a file that is loaded.
const maxFile = 32 << 20

var errNoHome = errors.New("this login has no directory for files")

// openHome opens the user's directory. os.Root follows no link that leads out of
// it and takes no name with .. that does.
func openHome(home string) (*os.Root, error) {
	if home == "" || filepath.Clean(home) == "/" { // the whole machine is nobody's own
		return nil, errNoHome
	}
	root, err := os.OpenRoot(home)
	if err != nil {
		return nil, fmt.Errorf("open home directory: %w", errors.Unwrap(err))
	}
	return root, nil
}

// inHome makes the user's own spellings of a name relative to the home directory;
// every other absolute name is refused by os.Root.
func inHome(home, name string) string {
	name = strings.TrimPrefix(name, "~/")
	if rel, err := filepath.Rel(home, name); err == nil && filepath.IsAbs(name) {
		return rel
	}
	return name
}

// writeFile writes a text into a file of the user's directory, anew.
func writeFile(home, name, text string) error { return putFile(home, name, text, os.O_TRUNC) }

// appendFile writes a text behind what a file has.
func appendFile(home, name, text string) error { return putFile(home, name, text, os.O_APPEND) }

func putFile(home, name, text string, how int) error {
	root, err := openHome(home)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	f, err := root.OpenFile(inHome(home, name), os.O_WRONLY|os.O_CREATE|how, 0o600)
	if err != nil {
		return errors.Unwrap(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		_ = f.Close()
		return errors.Unwrap(err)
	}
	return f.Close()
}

// readFile reads a file of the user's directory.
func readFile(home, name string) (string, error) {
	root, err := openHome(home)
	if err != nil {
		return "", err
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(inHome(home, name))
	if err != nil {
		return "", errors.Unwrap(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return "", errors.Unwrap(err)
	case len(b) > maxFile:
		return "", fmt.Errorf("the file is larger than %d MB", maxFile>>20)
	}
	return string(b), nil
}

// envLogs names the directory of the director's log files; without it there are none.
const envLogs = "ONESWITCH_LOGS"

// showLog is `show log`: the files, or one of them.
func (s *shell) showLog(name string, pipes []command.Pipe) {
	dir := os.Getenv(envLogs)
	if dir == "" {
		s.fail(errors.New("no log files are kept here"))
		return
	}
	if name != "" {
		text, err := readFile(dir, name)
		if err != nil {
			s.fail(fmt.Errorf("show log %s: %w", name, err))
			return
		}
		s.show(text, pipes)
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.fail(fmt.Errorf("list log files: %w", err))
		return
	}
	var b strings.Builder
	for _, e := range entries {
		if e.Type().IsRegular() {
			b.WriteString(e.Name() + "\n")
		}
	}
	s.show(b.String(), pipes)
}

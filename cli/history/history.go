// Package history keeps the lines that a user enters over his logins, one file for
// each mode in his own directory.
//
// A Book belongs to the goroutine of the shell. A line is appended when it is entered,
// so sessions at the same time lose nothing of each other, and a session that dies
// loses nothing at all.
//
// Invariants: no line with a secret is written or remembered; a file holds maxLines
// lines after each login and is read only up to maxBytes; no link leads out of the
// user's directory (os.Root). What cannot be kept is not worth a message.
//
// It must never hold a line that the user did not enter.
package history

import (
	"io"
	"os"
	"strings"
)

// Bounds of a history.
const (
	maxLines = 1000
	maxBytes = 1 << 20 // read at a login
)

// Mode is one of the shell's two modes; each has its own history.
type Mode string

// The modes, as the names of their files.
const (
	Operational   Mode = ".history-operational"
	Configuration Mode = ".history-configuration"
)

// Book is the histories of one user.
type Book struct{ home string }

// Open returns the histories in a directory; without one ("", or the whole machine)
// nothing is kept.
func Open(home string) *Book { return &Book{home: home} }

// root opens the user's directory, or nothing.
func (b *Book) root() *os.Root {
	if b.home == "" || b.home == "/" {
		return nil
	}
	root, err := os.OpenRoot(b.home)
	if err != nil {
		return nil
	}
	return root
}

// Lines returns the lines of earlier sessions, oldest first, and shortens a file that
// has grown too long.
func (b *Book) Lines(m Mode) []string {
	root := b.root()
	if root == nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	text := tail(root, string(m))
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	if len(lines) <= maxLines {
		return lines
	}
	lines = lines[len(lines)-maxLines:]
	draft := string(m) + ".new"
	if root.WriteFile(draft, []byte(strings.Join(lines, "\n")+"\n"), 0o600) == nil {
		_ = root.Rename(draft, string(m))
	}
	return lines
}

// tail reads the end of a regular file.
func tail(root *os.Root, name string) string {
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := root.Open(name)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > maxBytes {
		if _, err := f.Seek(-maxBytes, io.SeekEnd); err != nil {
			return ""
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(string(b), "")
}

// Add writes a line down.
func (b *Book) Add(m Mode, line string) {
	root := b.root()
	if root == nil {
		return
	}
	defer func() { _ = root.Close() }()
	if info, err := root.Lstat(string(m)); err == nil && !info.Mode().IsRegular() {
		return
	}
	f, err := root.OpenFile(string(m), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	_, _ = io.WriteString(f, strings.ReplaceAll(line, "\n", " ")+"\n")
	_ = f.Close()
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"oneswitch/internal/junos/command"
)

// maxListed bounds how many names of a directory are shown or completed.
const maxListed = 10_000

// fileCommand carries out `file ...` in the user's own directory.
func (s *shell) fileCommand(call command.Call) {
	from := orElse(value(call, "path"), orElse(value(call, "source"), value(call, "from")))
	to := orElse(value(call, "destination"), value(call, "to"))
	var text string
	var err error
	switch call.RPC.Name {
	case command.FileList:
		text, err = s.listFiles(from)
	case command.FileShow:
		text, err = s.readOwn(from)
	case command.FileCompare:
		text, err = s.compareFiles(from, to)
	case command.FileCopy:
		if text, err = s.readOwn(from); err == nil {
			text, err = "", s.writeOwn(to, text, false)
		}
	case command.FileRename:
		err = s.inRoot(from, func(root *os.Root, path string) error {
			if !filepath.IsLocal(s.path(to)) {
				return errNotYours
			}
			return root.Rename(path, s.path(to))
		})
	case command.FileDelete:
		err = s.inRoot(from, func(root *os.Root, path string) error { return root.Remove(path) })
	}
	if err != nil {
		s.fail(err)
		return
	}
	s.show(text, call.Pipes)
}

// value is an argument of a command, or nothing.
func value(call command.Call, name string) string {
	v, _ := call.Arg(name)
	return v
}

// path is a name as the user's directory knows it: names are relative to the
// directory that `set cli directory` chose.
func (s *shell) path(name string) string {
	if strings.HasPrefix(name, "~") || strings.HasPrefix(name, "/") {
		return orElse(inHome(s.who.home, strings.TrimPrefix(name, "~/")), ".")
	}
	return path.Join(".", s.settings.directory, name)
}

// errNotYours is for names that lead out of the user's directory. os.Root would
// refuse them too, but not in words for users.
var errNotYours = errors.New("files are kept in your own directory only")

// inRoot runs work on a file of the user's directory. Its errors name the file as
// the user does, and not the call that failed.
func (s *shell) inRoot(name string, work func(root *os.Root, path string) error) error {
	root, err := openHome(s.who.home)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err = errNotYours; filepath.IsLocal(s.path(name)) {
		err = work(root, s.path(name))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", orElse(name, "directory"), plain(err))
	}
	return nil
}

// plain takes the name of the system call and of the file out of an error.
func plain(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	default:
		return err
	}
}

func (s *shell) readOwn(name string) (text string, err error) {
	err = s.inRoot(name, func(_ *os.Root, path string) error {
		text, err = readFile(s.who.home, path)
		return err
	})
	return text, err
}

func (s *shell) writeOwn(name, text string, appending bool) error {
	write := writeFile
	if appending {
		write = appendFile
	}
	return s.inRoot(name, func(_ *os.Root, path string) error { return write(s.who.home, path, text) })
}

// listFiles is `file list`: the directory, then its names, those of directories with
// a slash. A file lists itself.
func (s *shell) listFiles(name string) (string, error) {
	entries, err := s.entries(name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("\n" + path.Join(s.who.home, s.path(name)) + ":\n")
	for _, e := range entries {
		b.WriteString(e + "\n")
	}
	return b.String(), nil
}

// entries are the names in a directory; hidden ones are the shell's own.
func (s *shell) entries(name string) ([]string, error) {
	var out []string
	err := s.inRoot(name, func(root *os.Root, path string) error {
		dir, err := root.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = dir.Close() }()
		list, err := dir.ReadDir(maxListed)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
		for _, e := range list {
			switch {
			case strings.HasPrefix(e.Name(), "."):
			case e.IsDir():
				out = append(out, e.Name()+"/")
			default:
				out = append(out, e.Name())
			}
		}
		return nil
	})
	return out, err
}

// fileNames are the names that completion offers.
func (s *shell) fileNames(prefix string) []command.Choice {
	dir := ""
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		dir = prefix[:i+1]
	}
	names, err := s.entries(dir)
	if err != nil {
		return nil // the placeholder still says what may stand there
	}
	out := make([]command.Choice, len(names))
	for i, n := range names {
		out[i] = command.Choice{Name: dir + n, Help: ""}
	}
	return out
}

// compareFiles is `file compare files A B`.
func (s *shell) compareFiles(from, to string) (string, error) {
	a, err := s.readOwn(from)
	if err != nil {
		return "", err
	}
	b, err := s.readOwn(to)
	if err != nil {
		return "", err
	}
	return difference(a, b), nil
}

// setDirectory is `set cli directory`.
func (s *shell) setDirectory(name string) {
	err := s.inRoot(name, func(root *os.Root, path string) error {
		info, err := root.Stat(path)
		if err == nil && !info.IsDir() {
			err = errors.New("not a directory")
		}
		return err
	})
	if err != nil {
		s.fail(err)
		return
	}
	s.settings.directory = s.path(name)
	s.out.Print(s.directoryText())
}

func (s *shell) directoryText() string {
	return "Current directory: " + path.Join(s.who.home, s.settings.directory) + "\n"
}

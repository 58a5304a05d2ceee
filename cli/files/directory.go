package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"oneswitch/internal/clock"
)

// MaxFile is how many bytes a file may have that is read, or grows by being appended
// to.
const MaxFile = 32 << 20

// What users are refused with.
var (
	// ErrNoHome: the login has no directory, so there are no files.
	ErrNoHome = errors.New("this login has no directory for files")
	// ErrNotYours: the name leads out of the user's directory.
	ErrNotYours = errors.New("files are kept in your own directory only")
	// ErrReadOnly: the name is one of the archive.
	ErrReadOnly = errors.New("the archive of configurations cannot be changed")
)

// Archive is the committed configurations.
type Archive interface {
	// Revisions returns what there is, newest first.
	Revisions() ([]Revision, error)
	// Text returns one of them in text form, with the comment lines that tell who
	// committed it.
	Text(Revision) (string, error)
}

// Directory is the files of one user.
type Directory struct {
	Home    string  // absolute; empty: he has none
	Shown   string  // what Home is called in front of him, as absolute as on Junos; empty: Home
	User    string  // owner of the files, as lists show him
	Archive Archive // nil: there is none
	Clock   clock.Clock

	work string // what names are relative to, below Home; empty: Home itself
}

// local is a name as the user's own directory knows it. Names that leave it are
// refused, in words for users: os.Root would refuse them as well.
func (d *Directory) local(name string) (string, error) {
	p := path.Join(".", d.work, name)
	switch {
	case remote(name):
		return "", errors.New("only files of your own directory can be used, no addresses of other machines")
	case d.archived(name):
		return "", ErrReadOnly
	case name == "~" || strings.HasPrefix(name, "~/"):
		p = path.Join(".", strings.TrimPrefix(name, "~"))
	case strings.HasPrefix(name, "~"):
		return "", ErrNotYours
	case strings.HasPrefix(name, "/"):
		for _, home := range []string{d.Home, d.shown()} {
			if rel, err := filepath.Rel(home, name); err == nil && filepath.IsLocal(rel) {
				return rel, nil
			}
		}
		return "", ErrNotYours
	}
	if !filepath.IsLocal(p) {
		return "", ErrNotYours
	}
	return p, nil
}

// remote reports whether a name is an address: scp://host/file, host:file.
func remote(name string) bool {
	before, _, found := strings.Cut(name, ":")
	return found && !strings.Contains(before, "/") && before != ""
}

// Working returns the directory that names are relative to, in full.
func (d *Directory) Working() string {
	if d.Home == "" {
		return "none"
	}
	return path.Join(d.shown(), d.work)
}

func (d *Directory) shown() string {
	if d.Shown == "" {
		return d.Home
	}
	return d.Shown
}

// Enter makes a directory the one that names are relative to.
func (d *Directory) Enter(name string) error {
	return d.in(name, func(root *os.Root, p string) error {
		info, err := root.Stat(p)
		switch {
		case err != nil:
			return err
		case !info.IsDir():
			return errors.New("not a directory")
		}
		if d.work = p; p == "." {
			d.work = ""
		}
		return nil
	})
}

// open opens the user's directory. os.Root follows no link that leads out of it.
func (d *Directory) open() (*os.Root, error) {
	if d.Home == "" || filepath.Clean(d.Home) == "/" { // the whole machine is nobody's own
		return nil, ErrNoHome
	}
	root, err := os.OpenRoot(d.Home)
	if err != nil {
		return nil, fmt.Errorf("open home directory: %w", plain(err))
	}
	return root, nil
}

// in runs work on a file of the user's directory. Its errors name the file as the
// user does, and not the call that failed.
func (d *Directory) in(name string, work func(root *os.Root, p string) error) error {
	root, err := d.open()
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	p, err := d.local(name)
	if err == nil {
		err = work(root, p)
	}
	if err != nil {
		return d.named(name, err)
	}
	return nil
}

// named puts the name in front of an error.
func (d *Directory) named(name string, err error) error {
	if name == "" {
		name = "directory"
	}
	return fmt.Errorf("%s: %w", name, plain(err))
}

// plain takes the name of the system call and of the file out of an error, and says
// in words for users what os.Root has to say about links.
func plain(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	if strings.Contains(err.Error(), "path escapes") {
		return ErrNotYours
	}
	return err
}

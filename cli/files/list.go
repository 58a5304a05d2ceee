package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// maxListed bounds how many names are shown or completed.
const maxListed = 10_000

// How says how a list is written.
type How struct{ Detail, Recursive bool }

// entry is one line of a list.
type entry struct {
	name string // a directory's ends with a slash
	mode fs.FileMode
	size int64
	at   time.Time

	owner string // empty: the user
}

// List is `file list`: the directory, then its names. A file lists itself.
func (d *Directory) List(name string, how How) (string, error) {
	if d.archived(name) {
		return d.listArchive(name, how)
	}
	var b strings.Builder
	err := d.in(name, func(root *os.Root, p string) error { return d.list(&b, root, p, how) })
	return b.String(), err
}

func (d *Directory) list(b *strings.Builder, root *os.Root, p string, how How) error {
	entries, err := entries(root, p)
	if err != nil {
		return err
	}
	b.WriteString("\n" + path.Join(d.shown(), p) + ":\n")
	b.WriteString(d.lines(entries, how.Detail))
	if !how.Recursive {
		return nil
	}
	for _, e := range entries {
		if e.mode.IsDir() {
			if err := d.list(b, root, path.Join(p, e.name), how); err != nil {
				return err
			}
		}
	}
	return nil
}

// entries are the names in a directory in their order; hidden ones are the shell's
// own. Of a file it is the file.
func entries(root *os.Root, p string) ([]entry, error) {
	info, err := root.Lstat(p)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []entry{entryOf(info)}, nil
	}
	dir, err := root.Open(p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }()
	list, err := dir.ReadDir(maxListed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var out []entry
	for _, e := range list {
		info, err := e.Info()
		if err != nil || strings.HasPrefix(e.Name(), ".") {
			continue // gone meanwhile
		}
		out = append(out, entryOf(info))
	}
	slices.SortFunc(out, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func entryOf(info fs.FileInfo) entry {
	e := entry{name: info.Name(), mode: info.Mode(), size: info.Size(), at: info.ModTime()}
	switch {
	case info.IsDir():
		e.name += "/"
	case e.mode&fs.ModeSymlink != 0:
		e.name += "@"
	}
	return e
}

// block is what the total of a detailed list counts in.
const block = 512

// lines writes entries one a line, in detail as `ls -l` does.
func (d *Directory) lines(entries []entry, detail bool) string {
	w := report.NewWriter()
	if !detail {
		for _, e := range entries {
			w.Line(e.name)
		}
		return w.String()
	}
	var blocks int64
	files := 0
	t := report.Table{NoHeader: true, Columns: []report.Column{{}, {Right: true}, {}, {Right: true}, {}, {}}}
	for _, e := range entries {
		if blocks += (e.size + block - 1) / block; !e.mode.IsDir() {
			files++
		}
		owner := e.owner
		if owner == "" {
			owner = d.User
		}
		t.Rows = append(t.Rows, []string{modeOf(e.mode), "1", owner, fmt.Sprint(e.size), d.moment(e.at), e.name})
	}
	w.Linef("total blocks: %d", blocks)
	w.Table(t)
	w.Linef("total files: %d", files)
	return w.String()
}

// modeOf prints a mode as ls does.
func modeOf(m fs.FileMode) string {
	kind := "-"
	switch {
	case m.IsDir():
		kind = "d"
	case m&fs.ModeSymlink != 0:
		kind = "l"
	case m&fs.ModeNamedPipe != 0:
		kind = "p"
	case m&fs.ModeSocket != 0:
		kind = "s"
	}
	return kind + strings.TrimPrefix(m.Perm().String(), "-")
}

// recent is how long ls shows the time of the day instead of the year.
const recent = 180 * 24 * time.Hour

func (d *Directory) moment(t time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case d.Clock.Now().Sub(t) > recent:
		return t.UTC().Format("Jan _2  2006")
	}
	return t.UTC().Format("Jan _2 15:04")
}

// Names are the names that begin with a prefix, as completion offers them: with the
// directories that the prefix names. A directory that cannot be read has none.
func (d *Directory) Names(prefix string) []string {
	dir := ""
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		dir = prefix[:i+1]
	}
	var out []string
	if d.archived(dir) {
		revisions, err := d.revisions()
		if err != nil {
			return nil
		}
		for _, r := range revisions {
			out = append(out, archivePath+"/"+r.Name())
		}
		return out
	}
	_ = d.in(dir, func(root *os.Root, p string) error {
		list, err := entries(root, p)
		for _, e := range list {
			out = append(out, dir+strings.TrimSuffix(e.name, "@"))
		}
		return err
	})
	return out
}

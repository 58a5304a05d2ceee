package logs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"oneswitch/internal/report/screen"
)

// open is a file that is written.
type open struct {
	File
	root *os.Root
	file *os.File // nil: not opened yet
	size int64
}

// write appends a line, setting the file aside first when it is full.
func (o *open) write(line string) error {
	if o.file == nil {
		if err := o.open(); err != nil {
			return err
		}
	}
	if o.size > 0 && o.size+int64(len(line))+1 > o.Size {
		if err := o.rotate(); err != nil {
			return err
		}
	}
	n, err := o.file.WriteString(line + "\n")
	o.size += int64(n)
	if err != nil {
		o.close() // the next message tries again
	}
	return err
}

func (o *open) open() error {
	f, err := o.root.OpenFile(o.Name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil {
		_ = f.Close() // the first error is the one to tell
		return err
	}
	o.file, o.size = f, st.Size()
	return nil
}

func (o *open) close() {
	if o.file != nil {
		_ = o.file.Close() // every line was written when it came
		o.file = nil
	}
}

// old is the name of the n-th newest file that was set aside.
func old(name string, n int) string { return fmt.Sprintf("%s.%d.gz", name, n) }

// rotate sets the file aside, compressed, as Junos does: messages.0.gz is the newest.
func (o *open) rotate() error {
	o.close()
	if err := o.root.Remove(old(o.Name, o.Files-1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for n := o.Files - 2; n >= 0; n-- {
		if err := o.root.Rename(old(o.Name, n), old(o.Name, n+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if o.Files > 0 {
		if err := compress(o.root, o.Name, old(o.Name, 0)); err != nil {
			return err
		}
	}
	if err := o.root.Remove(o.Name); err != nil {
		return err
	}
	return o.open()
}

func compress(root *os.Root, from, to string) error {
	text, err := root.ReadFile(from)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(text)
	if err = errors.Join(err, z.Close()); err != nil {
		return err
	}
	return root.WriteFile(to, b.Bytes(), 0o600)
}

// empty empties a file: `clear log`.
func (w *writer) empty(name string, all bool) error {
	for _, f := range w.files {
		if f.Name == name {
			f.close()
		}
	}
	f, err := w.root.OpenFile(name, os.O_TRUNC|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("clear log %s: %w", name, unwrapped(err))
	}
	if err := f.Close(); err != nil || !all {
		return err
	}
	entries, err := fs.ReadDir(w.root.FS(), ".")
	if err != nil {
		return fmt.Errorf("clear log %s: %w", name, err)
	}
	for _, e := range entries {
		if e.Name() != name && of(e.Name(), name) {
			if err := w.root.Remove(e.Name()); err != nil {
				return fmt.Errorf("clear log %s: %w", e.Name(), unwrapped(err))
			}
		}
	}
	return nil
}

// of reports whether a file is one that was set aside from another.
func of(name, current string) bool {
	rest, ok := strings.CutPrefix(name, current+".")
	number, gz := strings.CutSuffix(rest, ".gz")
	return ok && gz && number != "" && strings.Trim(number, "0123456789") == ""
}

// unwrapped is the reason of a path error: the path is ours to name.
func unwrapped(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		if errors.Is(p.Err, fs.ErrNotExist) {
			return errors.New("no such file or directory")
		}
		return p.Err
	}
	return err
}

// List returns the files, in order of their names.
func (l *Logs) List() ([]screen.LogFile, error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return nil, fmt.Errorf("list log files: %w", err)
	}
	var out []screen.LogFile
	for _, e := range entries {
		if st, err := e.Info(); err == nil && st.Mode().IsRegular() {
			out = append(out, screen.LogFile{Name: e.Name(), Size: st.Size(), Modified: st.ModTime()})
		}
	}
	slices.SortFunc(out, func(a, b screen.LogFile) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// maxShown bounds how much of a file one answer holds: the newest lines.
const maxShown = 4 << 20

// Read returns the text of a file, of a large one the newest lines; a compressed
// one is unpacked.
func (l *Logs) Read(name string) (string, error) {
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return "", fmt.Errorf("open directory of log files: %w", err)
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return "", fmt.Errorf("could not open file %s: %w", name, unwrapped(err))
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return "", fmt.Errorf("read log %s: %w", name, err)
		}
	} else if st, err := f.Stat(); err == nil && st.Size() > maxShown {
		if _, err := f.Seek(-maxShown, io.SeekEnd); err != nil {
			return "", fmt.Errorf("read log %s: %w", name, err)
		}
	}
	b, err := io.ReadAll(io.LimitReader(in, 4*maxShown))
	if err != nil {
		return "", fmt.Errorf("read log %s: %w", name, unwrapped(err))
	}
	if len(b) > maxShown {
		b = b[len(b)-maxShown:]
	}
	if len(b) == maxShown { // it may begin in the middle of a line
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	return string(b), nil
}

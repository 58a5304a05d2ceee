package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// Read returns the text of a file, or of a configuration of the archive.
func (d *Directory) Read(name string) (text string, err error) {
	if d.archived(name) {
		return d.revision(name)
	}
	err = d.in(name, func(root *os.Root, p string) error {
		text, err = read(root, p)
		return err
	})
	return text, err
}

// regular opens a file to read. A pipe without a writer must not hold the shell up,
// so it is opened without waiting and refused then.
func regular(root *os.Root, p string) (*os.File, fs.FileInfo, error) {
	f, err := root.OpenFile(p, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errors.New("is a directory")
	case !info.Mode().IsRegular():
		err = errors.New("is not a regular file")
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func read(root *os.Root, p string) (string, error) {
	f, info, err := regular(root, p)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	if info.Size() > MaxFile {
		return "", errTooLarge()
	}
	b, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(b) > MaxFile {
		err = errTooLarge()
	}
	return string(b), err
}

func errTooLarge() error { return fmt.Errorf("the file is larger than %d MB", MaxFile>>20) }

// Write writes a text into a file, anew or behind what it has.
func (d *Directory) Write(name, text string, appending bool) error {
	return d.in(name, func(root *os.Root, p string) error {
		if err := writable(root, p); err != nil {
			return err
		}
		if appending {
			return behind(root, p, text)
		}
		return d.replace(root, p, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	})
}

// writable refuses names under which no file can be written.
func writable(root *os.Root, p string) error {
	info, err := root.Stat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := root.Lstat(p); err == nil {
			return errors.New("is a link to nothing")
		}
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("is a directory")
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	}
	return nil
}

// replace writes a file beside the one that is to be and puts it in its place, so
// that a full disk costs nobody the file that was there.
func (d *Directory) replace(root *os.Root, p string, write func(io.Writer) error) (err error) {
	beside := path.Join(path.Dir(p), fmt.Sprintf(".%s.%d", path.Base(p), d.Clock.Now().UnixNano()))
	f, err := root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = root.Remove(beside)
		}
	}()
	if err = write(f); err != nil {
		_ = f.Close()
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return root.Rename(beside, p)
}

// behind appends to a file; what could not be written whole is taken back.
func behind(root *os.Root, p, text string) error {
	f, err := root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size()+int64(len(text)) > MaxFile {
		err = fmt.Errorf("the file would be larger than %d MB", MaxFile>>20)
	} else if err == nil {
		if _, err = io.WriteString(f, text); err != nil {
			_ = f.Truncate(info.Size())
		}
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// Copy copies a file, or a configuration of the archive; into a directory under its
// own name.
func (d *Directory) Copy(from, to string) error {
	text, err := d.Read(from)
	if err != nil {
		return err
	}
	return d.Write(d.target(from, to), text, false)
}

// target is a name for what is copied or moved: below a directory it keeps its own.
func (d *Directory) target(from, to string) string {
	if d.in(to, func(root *os.Root, p string) error {
		info, err := root.Stat(p)
		if err == nil && !info.IsDir() {
			err = fs.ErrInvalid
		}
		return err
	}) == nil {
		return strings.TrimSuffix(to, "/") + "/" + path.Base(from)
	}
	return to
}

// Rename gives a file another name, or moves it into a directory.
func (d *Directory) Rename(from, to string) error {
	to = d.target(from, to)
	return d.in(from, func(root *os.Root, p string) error {
		return d.in(to, func(_ *os.Root, q string) error { return root.Rename(p, q) })
	})
}

// Delete deletes a file; a directory only when it is empty.
func (d *Directory) Delete(name string) error {
	return d.in(name, func(root *os.Root, p string) error {
		if p == "." {
			return errors.New("your own directory cannot be deleted")
		}
		return root.Remove(p)
	})
}

package files

import (
	"archive/tar"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// The checksums that Checksum calculates.
const (
	MD5    = "md5"
	SHA1   = "sha1"
	SHA256 = "sha-256"
)

// Checksum is `file checksum`: the digest of a file in the form that BSD prints.
func (d *Directory) Checksum(kind, name string) (string, error) {
	var sum hash.Hash
	switch kind {
	case MD5:
		sum = md5.New()
	case SHA1:
		sum = sha1.New()
	case SHA256:
		sum = sha256.New()
	default:
		return "", fmt.Errorf("no checksum is called '%s'", kind)
	}
	where := path.Clean(name)
	if d.archived(name) {
		text, err := d.revision(name)
		if err != nil {
			return "", err
		}
		_, _ = io.WriteString(sum, text) // a hash does not fail
	} else if err := d.in(name, func(root *os.Root, p string) error {
		where = path.Join(d.shown(), p)
		f, _, err := regular(root, p)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		_, err = io.Copy(sum, f)
		return err
	}); err != nil {
		return "", err
	}
	label := strings.ToUpper(strings.ReplaceAll(kind, "-", ""))
	return fmt.Sprintf("%s (%s) = %s\n", label, where, hex.EncodeToString(sum.Sum(nil))), nil
}

// maxPacked bounds what goes into an archive of files.
const maxPacked = 1 << 30

// Pack is `file archive`: a file, or a directory and what is below it, as a tar
// archive; with compress through gzip. Links and what is no file are left out.
func (d *Directory) Pack(source, destination string, compress bool) error {
	return d.in(source, func(root *os.Root, from string) error {
		if _, err := root.Stat(from); err != nil {
			return err
		}
		return d.in(d.suffixed(destination, compress), func(_ *os.Root, to string) error {
			if err := writable(root, to); err != nil {
				return err
			}
			return d.replace(root, to, func(w io.Writer) error { return pack(w, root, from, to, compress) })
		})
	})
}

// suffixed gives an archive the ending that tells what it is, when it has none.
func (d *Directory) suffixed(name string, compress bool) string {
	switch {
	case path.Ext(name) != "":
		return name
	case compress:
		return name + ".tgz"
	default:
		return name + ".tar"
	}
}

// pack writes the archive; not is the archive itself.
func pack(w io.Writer, root *os.Root, from, not string, compress bool) error {
	closers := []io.Closer{}
	if compress {
		z := gzip.NewWriter(w)
		w, closers = z, append(closers, z)
	}
	t := tar.NewWriter(w)
	closers = append([]io.Closer{t}, closers...)
	room := int64(maxPacked)
	err := fs.WalkDir(root.FS(), path.Clean(from), func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p == not || p != "." && strings.HasPrefix(e.Name(), "."): // hidden ones are the shell's own
			return nil
		case e.IsDir() || !e.Type().IsRegular():
			return nil
		}
		n, err := packFile(t, root, p)
		if room -= n; err == nil && room < 0 {
			err = fmt.Errorf("more than %d MB to archive", maxPacked>>20)
		}
		return err
	})
	for _, c := range closers {
		if closed := c.Close(); err == nil {
			err = closed
		}
	}
	return err
}

func packFile(t *tar.Writer, root *os.Root, p string) (int64, error) {
	f, info, err := regular(root, p)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	head := &tar.Header{Name: p, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime(), Typeflag: tar.TypeReg}
	if err := t.WriteHeader(head); err != nil {
		return 0, err
	}
	return io.CopyN(t, f, info.Size())
}

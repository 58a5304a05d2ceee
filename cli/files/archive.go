package files

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// archivePath is where the archive of configurations is, as on Junos.
const archivePath = "/config"

// Revision is one configuration of the archive.
type Revision struct {
	Number  int  // what rollback calls it; 0 is the active one
	Rescue  bool // the rescue configuration, which has no number
	User    string
	Client  string
	Comment string
	At      string // as it is shown; empty when nobody knows
}

// Name is the name of its file: juniper.conf.gz, juniper.conf.3.gz, rescue.conf.gz.
func (r Revision) Name() string {
	switch {
	case r.Rescue:
		return "rescue.conf.gz"
	case r.Number == 0:
		return "juniper.conf.gz"
	default:
		return fmt.Sprintf("juniper.conf.%d.gz", r.Number)
	}
}

// Heading is the comment lines above its text.
func (r Revision) Heading() string {
	var b strings.Builder
	if r.At != "" {
		fmt.Fprintf(&b, "## Last commit: %s by %s\n", r.At, r.User)
	}
	if r.Client != "" {
		b.WriteString("## Client: " + r.Client + "\n")
	}
	if r.Comment != "" {
		b.WriteString("## Comment: " + strings.ReplaceAll(r.Comment, "\n", " ") + "\n")
	}
	return b.String()
}

// archived reports whether a name is that of the archive or one in it.
func (d *Directory) archived(name string) bool {
	if d.Archive == nil || !strings.HasPrefix(name, "/") {
		return false
	}
	name = path.Clean(name)
	return name == archivePath || strings.HasPrefix(name, archivePath+"/")
}

func (d *Directory) revisions() ([]Revision, error) {
	revisions, err := d.Archive.Revisions()
	if err != nil {
		return nil, fmt.Errorf("read archive of configurations: %w", err)
	}
	return revisions, nil
}

// revision returns the text of a configuration of the archive. The ending .gz may be
// left out: nothing is compressed here, it is what people type.
func (d *Directory) revision(name string) (string, error) {
	revisions, err := d.revisions()
	if err != nil {
		return "", err
	}
	base := path.Base(path.Clean(name))
	for _, r := range revisions {
		if base == r.Name() || base+".gz" == r.Name() {
			text, err := d.Archive.Text(r)
			if err != nil {
				return "", d.named(name, err)
			}
			return r.Heading() + text, nil
		}
	}
	if path.Clean(name) == archivePath {
		return "", d.named(name, errors.New("is a directory"))
	}
	return "", d.named(name, errors.New("no such file or directory"))
}

// archiveTime is the form of Revision.At.
const archiveTime = "2006-01-02 15:04:05 MST"

// listArchive is `file list /config`. How long a text is is not known before it is
// asked for: the detailed list shows none, and who committed as its owner.
func (d *Directory) listArchive(name string, how How) (string, error) {
	revisions, err := d.revisions()
	if err != nil {
		return "", err
	}
	clean := path.Clean(name)
	var entries []entry
	for _, r := range revisions {
		if clean != archivePath && path.Base(clean) != r.Name() {
			continue
		}
		at, _ := time.Parse(archiveTime, r.At) // of the rescue configuration nobody knows
		entries = append(entries, entry{name: r.Name(), mode: 0o440, at: at, owner: r.User})
	}
	if len(entries) == 0 && clean != archivePath {
		return "", d.named(name, errors.New("no such file or directory"))
	}
	return "\n" + archivePath + ":\n" + d.lines(entries, how.Detail), nil
}

package settings

import (
	"regexp"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/syslog"
)

// Syslog is `system syslog`.
type Syslog struct {
	Configured bool // without it the files are those as shipped
	Files      []LogFile
	Hosts      []LogHost
	Millis     bool // `time-format millisecond`
	Year       bool
}

// LogTarget is where messages go, and which.
type LogTarget struct {
	Name       string // of the file, or address of the host
	Contents   []LogContent
	Match      string // extended regular expression; an exclamation mark in front keeps matches away
	Structured bool
	Brief      bool // structured, without the text
	Priority   bool // `explicit-priority`
}

// LogContent is one facility and the least severity that matters, in the words of
// Junos.
type LogContent struct{ Facility, Severity string }

// LogFile is one `file`.
type LogFile struct {
	LogTarget
	Size  int64 // octets; 0: as shipped
	Files int   // that are kept when they are full; 0: as shipped
}

// LogHost is one `host`.
type LogHost struct {
	LogTarget
	Override string // facility to send instead; empty: the message's own
	Prefix   string
	Source   string // address to send from; empty: the system's choice
	Port     uint16 // 0: the standard one
}

// Bounds of `archive size` (Junos: 64k through 1g).
const (
	minLogSize = 64 << 10
	maxLogSize = 1 << 30
)

// syslog reads where messages go.
func (r *reader) syslog(n *conf.Node) {
	out := &r.out.Syslog
	out.Configured = n != nil
	out.Millis, out.Year = n.Child("time-format").Has("millisecond"), n.Child("time-format").Has("year")
	at := place("system syslog")
	size, files := r.archive(at, n.Child("archive"))
	for e := range n.Entries("file") {
		f := LogFile{LogTarget: r.logTarget(at, e), Size: size, Files: files}
		if s, k := r.archive(at.in("file", e.Value()), e.Child("archive")); s != 0 || k != 0 {
			f.Size, f.Files = either(s, size), either(k, files)
		}
		out.Files = append(out.Files, f)
	}
	common, _ := n.Leaf("source-address")
	for e := range n.Entries("host") {
		h := LogHost{LogTarget: r.logTarget(at, e)}
		here := at.in("host", e.Value())
		if h.Override, _ = e.Leaf("facility-override"); h.Override != "" {
			if _, ok := syslog.Number(h.Override); !ok {
				r.fail(here, "facility-override", "unknown facility '%s': it is one of authorization, daemon, ftp, kernel, ntp, user, local0 to local7", h.Override)
			}
		}
		h.Prefix, _ = e.Leaf("log-prefix")
		source, _ := e.Leaf("source-address")
		h.Source = either(source, common)
		if p, ok := e.Leaf("port"); ok {
			port, _ := strconv.ParseUint(p, 10, 16) // the schema lets nothing else through
			h.Port = uint16(port)
		}
		out.Hosts = append(out.Hosts, h)
	}
}

func either[T comparable](first, otherwise T) T {
	var none T
	if first == none {
		return otherwise
	}
	return first
}

// logTarget reads what files and hosts have alike.
func (r *reader) logTarget(at place, n *conf.Node) LogTarget {
	t := LogTarget{Name: n.Value(), Structured: n.Has("structured-data"), Brief: n.Child("structured-data").Has("brief"), Priority: n.Has("explicit-priority")}
	for c := range n.Entries("contents") {
		for _, k := range c.Children() {
			t.Contents = append(t.Contents, LogContent{c.Value(), k.Schema().Name()})
		}
	}
	if t.Match, _ = n.Leaf("match"); t.Match != "" {
		if _, err := regexp.Compile(strings.TrimPrefix(t.Match, "!")); err != nil {
			r.fail(at.in(head(n)...), "match", "invalid regular expression: '%s'", t.Match)
		}
	}
	return t
}

// archive reads how large a file becomes and how many are kept.
func (r *reader) archive(at place, n *conf.Node) (size int64, files int) {
	if text, ok := n.Leaf("size"); ok {
		if size, ok = octets(text); !ok || size < minLogSize || size > maxLogSize {
			r.fail(at.in("archive"), "size", "invalid size '%s': it is 64k through 1g", text)
		}
	}
	if text, ok := n.Leaf("files"); ok {
		files, _ = strconv.Atoi(text) // the schema lets nothing else through
	}
	return size, files
}

// octets reads a number with k, m or g behind it.
func octets(text string) (int64, bool) {
	shift := 0
	switch text[len(text)-1] {
	case 'k', 'K':
		shift = 10
	case 'm', 'M':
		shift = 20
	case 'g', 'G':
		shift = 30
	}
	if shift > 0 {
		text = text[:len(text)-1]
	}
	n, err := strconv.ParseInt(text, 10, 32)
	return n << shift, err == nil && n > 0
}

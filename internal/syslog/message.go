// Package syslog is what a system log message is: who says it, of which facility
// and severity, under which tag, and how it is printed: as Junos prints it into its
// files, as RFC 3164 and as RFC 5424.
//
// A Message is a value. A Book, which keeps the newest messages of a component for
// whoever collects them, guards itself.
//
// Invariants: a printed message is one line, whatever its text holds; what a user
// typed cannot look like a message of its own.
//
// It must never write anywhere: files and sockets belong to director/logs.
package syslog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// Facility is the source of a message by its Junos name.
type Facility string

// The facilities. Any is one of selectors alone.
const (
	Any           Facility = "any"
	Authorization Facility = "authorization"
	ChangeLog     Facility = "change-log"
	ConflictLog   Facility = "conflict-log"
	Daemon        Facility = "daemon"
	Commands      Facility = "interactive-commands"
	Kernel        Facility = "kernel"
	PFE           Facility = "pfe"
	User          Facility = "user"
)

// facility is what the standards know of one: its number on the wire, and what
// Junos writes with explicit-priority.
type facility struct {
	number int
	code   string
}

// of returns the numbers of RFC 5424 section 6.2.1; what is Junos' own goes out as
// local0 to local7, by the defaults that Junos documents for remote hosts.
func (f Facility) of() facility {
	switch f {
	case Kernel:
		return facility{0, "KERNEL"}
	case User:
		return facility{1, "USER"}
	case Authorization:
		return facility{4, "AUTH"}
	case "security":
		return facility{4, "SECURITY"}
	case "ftp":
		return facility{11, "FTP"}
	case "ntp":
		return facility{12, "NTP"}
	case "dfc":
		return facility{17, "DFC"}
	case "external":
		return facility{18, "EXTERNAL"}
	case "firewall":
		return facility{19, "FIREWALL"}
	case PFE:
		return facility{20, "PFE"}
	case ConflictLog:
		return facility{21, "CONFLICT"}
	case ChangeLog:
		return facility{22, "CHANGE"}
	case Commands:
		return facility{23, "INTERACT"}
	}
	return facility{3, "DAEMON"}
}

// Number returns the number of a facility that is sent under another name
// (`facility-override`): a Junos name, or one of syslog's own.
func Number(name string) (int, bool) {
	own := []string{"kernel", "user", "", "daemon", "authorization", "", "", "", "", "cron", "", "ftp", "ntp"}
	if i := slices.Index(own, name); i >= 0 && name != "" {
		return i, true
	}
	var n int
	if _, err := fmt.Sscanf(name, "local%d", &n); err == nil && n >= 0 && n <= 7 && name == fmt.Sprintf("local%d", n) {
		return 16 + n, true
	}
	return 0, false
}

// Severity says how much a message matters; less is more (RFC 5424 section 6.2.1).
type Severity uint8

// The severities.
const (
	Emergency Severity = iota
	Alert
	Critical
	Error
	Warning
	Notice
	Info
	Debug
)

// severities are the words of the configuration; any is everything.
func severities() []string {
	return []string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "any"}
}

// ParseSeverity reads the word of a selector.
func ParseSeverity(word string) (Severity, bool) {
	i := slices.Index(severities(), word)
	return Severity(max(i, 0)), i >= 0
}

// String returns the word of the configuration.
func (s Severity) String() string { return severities()[min(s, Debug)] }

// Message is one message.
type Message struct {
	At       time.Time `xml:"at"`
	Host     string    `xml:"host"`
	Facility Facility  `xml:"facility"`
	Severity Severity  `xml:"severity"`
	Process  string    `xml:"process"` // mgd, sshd, chassisd ...
	PID      int       `xml:"pid,omitempty"`
	Tag      string    `xml:"tag,omitempty"` // UI_COMMIT; empty: there is none
	Params   []Param   `xml:"param"`         // of the tag, for structured data
	Text     string    `xml:"text"`
}

// Param is one named value of a message.
type Param struct {
	Name  string `xml:"name,attr"`
	Value string `xml:",chardata"`
}

// Form says how messages are printed.
type Form struct {
	Priority   bool // with facility and severity: explicit-priority
	Structured bool // RFC 5424
	Brief      bool // structured without the text
	Year       bool
	Millis     bool
}

// Line prints a message as a line of a file, without its end.
func (m Message) Line(f Form) string {
	if f.Structured {
		return m.structured(f.Brief, m.Facility.of().number)
	}
	stamp := m.At.Format("Jan _2 15:04:05")
	if f.Millis {
		stamp = m.At.Format("Jan _2 15:04:05.000")
	}
	if f.Year {
		stamp += m.At.Format(" 2006")
	}
	return stamp + "  " + m.Host + " " + m.body(f.Priority)
}

// Datagram prints a message for a remote host: RFC 3164, or RFC 5424 where the form
// is structured. number is the facility's, prefix stands before the text.
func (m Message) Datagram(f Form, number int, prefix string) string {
	if f.Structured {
		return m.structured(f.Brief, number)
	}
	if prefix != "" {
		prefix += ": "
	}
	return fmt.Sprintf("<%d>%s %s %s%s", number*8+int(m.Severity), m.At.Format("Jan _2 15:04:05"), m.Host, prefix, m.body(f.Priority))
}

// Number returns the number of the message's facility on the wire.
func (m Message) Number() int { return m.Facility.of().number }

// body is process, tag and text.
func (m Message) body(priority bool) string {
	head := m.Process
	if m.PID != 0 {
		head = fmt.Sprintf("%s[%d]", m.Process, m.PID)
	}
	head += ": "
	switch {
	case priority:
		tag := m.Tag
		if tag != "" {
			tag = "-" + tag
		}
		head += fmt.Sprintf("%%%s-%d%s: ", m.Facility.of().code, m.Severity, tag)
	case m.Tag != "":
		head += m.Tag + ": "
	}
	return head + report.Printable(m.Text)
}

// element names the structured data of a message: the enterprise of Junos and the
// product line of this kind of switch (QF-REF 4.4), which collectors look for.
const element = "junos@2636.1.1.1.2.84"

// structured prints a message by RFC 5424 section 6.
func (m Message) structured(brief bool, number int) string {
	or := func(s string) string {
		if s == "" {
			return "-"
		}
		return strings.ReplaceAll(s, " ", "_")
	}
	pid := "-"
	if m.PID != 0 {
		pid = fmt.Sprint(m.PID)
	}
	data := "-"
	if m.Tag != "" {
		var b strings.Builder
		for _, p := range m.Params {
			fmt.Fprintf(&b, ` %s="%s"`, p.Name, strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(report.Printable(p.Value)))
		}
		data = "[" + element + b.String() + "]"
	}
	line := fmt.Sprintf("<%d>1 %s %s %s %s %s %s", number*8+int(m.Severity), m.At.UTC().Format("2006-01-02T15:04:05.000Z"), or(m.Host), or(m.Process), pid, or(m.Tag), data)
	if brief && m.Tag != "" {
		return line
	}
	return line + " " + report.Printable(m.Text)
}

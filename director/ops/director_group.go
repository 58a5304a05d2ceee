package ops

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// DirectorGroupReport is `show fabric administration inventory director-group
// status` (QF-REF 1.3.1).
type DirectorGroupReport struct {
	XMLName xml.Name         `xml:"director-group-status"`
	Time    string           `xml:"time"`
	Members []DirectorMember `xml:"director-group-member"`
}

// DirectorMember is one director: its line in the first table and its own block.
type DirectorMember struct {
	Name       string           `xml:"member-name"`
	Status     string           `xml:"member-status"`
	Role       string           `xml:"member-role"`
	Address    string           `xml:"management-address"`
	CPU        int              `xml:"cpu-percent"`
	FreeKB     uint64           `xml:"free-memory"`
	VMs        int              `xml:"virtual-components"`
	UpTime     string           `xml:"up-time"`
	Identifier string           `xml:"device-id"`
	Services   []DirectorPart   `xml:"master-services>service"` // under the master alone
	Managed    []DirectorPart   `xml:"managed-services>service"`
	Drives     []DirectorPart   `xml:"hard-drive-status>drive"`
	Disks      []DirectorVolume `xml:"file-systems>file-system"`
	Processes  []DirectorPart   `xml:"processes>process"`
	Links      []DirectorPart   `xml:"interface-link-status>link"`
}

// DirectorPart is one service, drive, process or link with its state word.
type DirectorPart struct {
	Name  string `xml:"name"`
	State string `xml:"state"`
	Role  string `xml:"role,omitempty"`
}

// DirectorVolume is one file system as df prints it.
type DirectorVolume struct {
	Size    string `xml:"size"`
	Used    string `xml:"used"`
	Avail   string `xml:"avail"`
	Percent string `xml:"used-percent"`
	Mount   string `xml:"mounted-on"`
}

// Text prints the group and then a block for every member, line by line as
// QF-REF 1.3.1 shows it.
func (r DirectorGroupReport) Text(w *report.Writer) {
	w.Line("Director Group Status " + r.Time)
	w.Blank()
	group := report.Table{Indent: 1, Rule: true, Columns: []report.Column{
		{Title: "Member", Width: 6}, {Title: "Status", Width: 6}, {Title: "Role", Width: 8}, {Title: "Mgmt Address", Width: 15},
		{Title: "CPU", Width: 3}, {Title: "Free Memory", Width: 11}, {Title: "VMs", Width: 3}, {Title: "Up Time", Width: 13},
	}}
	for _, m := range r.Members {
		row := []string{m.Name, m.Status, m.Role, m.Address, "-", "-", "-", m.UpTime}
		if m.Status == wordOnline {
			row[4], row[5], row[6] = fmt.Sprintf("%d%%", m.CPU), fmt.Sprintf("%dk", m.FreeKB), fmt.Sprint(m.VMs)
		}
		group.Rows = append(group.Rows, row)
	}
	w.Table(group)
	for _, m := range r.Members {
		w.Blank()
		m.text(w)
	}
}

func (m DirectorMember) text(w *report.Writer) {
	w.Table(report.Table{Indent: 1, Rule: true, Columns: []report.Column{
		{Title: "Member", Width: 6}, {Title: "Device Id/Alias", Width: 16}, {Title: "Status", Width: 7}, {Title: "Role", Width: 9},
	}, Rows: [][]string{{m.Name, m.Identifier, m.Status, m.Role}}})
	if m.Status != wordOnline {
		return // what it last told is not its state
	}
	for _, block := range []struct {
		title string
		parts []DirectorPart
	}{{"Master Services", m.Services}, {"Director Group Managed Services", m.Managed}, {"Hard Drive Status", m.Drives}} {
		partsText(w, block.title, block.parts)
	}
	disks := report.Table{Indent: 2, Rule: true, Columns: []report.Column{
		{Title: "Size", Width: 5}, {Title: "Used", Width: 4}, {Title: "Avail", Width: 5}, {Title: "Used%", Width: 5}, {Title: "Mounted on", Width: 10},
	}}
	for _, d := range m.Disks {
		disks.Rows = append(disks.Rows, []string{d.Size, d.Used, d.Avail, d.Percent, d.Mount})
	}
	if len(disks.Rows) > 0 {
		w.Blank()
		w.Table(disks)
	}
	partsText(w, "Director Group Processes", m.Processes)
	partsText(w, "Interface Link Status", m.Links)
}

func partsText(w *report.Writer, title string, parts []DirectorPart) {
	if len(parts) == 0 {
		return
	}
	w.Blank()
	w.Line("  " + title)
	w.Line("  " + strings.Repeat("-", len(title)))
	t := report.Table{Indent: 2, NoHeader: true, Columns: []report.Column{{Width: 30}, {Width: 10}, {}}}
	for _, p := range parts {
		t.Rows = append(t.Rows, []string{p.Name, p.State, p.Role})
	}
	w.Table(t)
}

// State words of services and members (QF-REF 1.3.1).
const (
	wordOnline  = "online"
	wordOffline = "offline"
	wordOptimal = "optimal"
	wordMaster  = "master"
	wordBackup  = "backup"
)

func online(up bool) string {
	if up {
		return wordOnline
	}
	return wordOffline
}

// longUptime prints 3 days, 16:23 hrs (QF-REF 1.3.1).
func longUptime(d time.Duration) string {
	minutes := int(max(d, 0) / time.Minute)
	days, clock := minutes/(24*60), minutes%(24*60)
	hours := fmt.Sprintf("%02d:%02d hrs", clock/60, clock%60)
	switch days {
	case 0:
		return hours
	case 1:
		return "1 day, " + hours
	}
	return fmt.Sprintf("%d days, %s", days, hours)
}

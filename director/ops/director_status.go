package ops

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/vitals"
	"oneswitch/inventory"
)

// directorGroup asks all directors and fills in the status screen.
func (o *Operations) directorGroup(ctx context.Context) report.Report {
	now, v := o.clock.Now(), o.fabric.View()
	r := DirectorGroupReport{Time: now.Format("Mon Jan _2 15:04:05 MST 2006")}
	for _, d := range o.fabric.Directors(ctx) {
		r.Members = append(r.Members, d.member(now, v))
	}
	return r
}

// member turns what a director told into its part of the screen.
func (d Director) member(now time.Time, v View) DirectorMember {
	m := DirectorMember{Name: d.Name, Status: online(d.Online), Role: wordBackup, Address: d.Address, Identifier: d.Name, UpTime: "-"}
	if d.Master {
		m.Role = wordMaster
	}
	if !d.Online {
		m.Role = "-"
		return m
	}
	m.CPU, m.FreeKB, m.VMs = d.Vitals.CPU, d.Vitals.FreeKB, virtualComponents(d, v)
	m.UpTime = longUptime(now.Sub(time.Unix(d.Started, 0)))
	if d.Master {
		m.Services = []DirectorPart{
			{Name: "Database Server", State: online(d.Store)},
			{Name: "Load Balancer Director", State: wordOnline},
			{Name: "QFabric Partition Address", State: online(d.Virtual)},
		}
	}
	m.Managed = []DirectorPart{
		{Name: "Shared File System", State: online(d.Store)}, // the shared store: what the file system was for
		{Name: "Virtual Machine Server", State: wordOnline},
	}
	m.Drives, m.Disks = drives(d.Vitals.Disks)
	m.Processes = []DirectorPart{
		{Name: "Director Group Manager", State: wordOnline},
		{Name: "Partition Manager", State: online(!d.Master || d.Virtual)},
		{Name: "Software Mirroring", State: online(d.Store)},
		{Name: "Secure Shell Process", State: wordOnline},
		{Name: "Distributed Management", State: online(d.Members > 0)},
		{Name: "Platform Management", State: wordOnline},
	}
	m.Links = links(d.Vitals.Links)
	return m
}

// virtualComponents counts the routing-engine instances that live with a director:
// the leader serves FM-0, DRE-0 and NW-NG-0.
func virtualComponents(d Director, v View) int {
	n := 0
	if d.Master {
		n = 3
	}
	for _, c := range v.roles(inventory.RoleFabricControl) {
		if v.Standing[c.ID].Connected && strings.HasSuffix(string(c.ID), strings.TrimLeft(d.Name, "dg")) {
			n++ // FC-0 belongs to dg0, FC-1 to dg1
		}
	}
	return n
}

// drives prints the file systems as df does, and a volume is optimal while there
// is room on it.
func drives(disks []vitals.Disk) (state []DirectorPart, out []DirectorVolume) {
	for i, d := range disks {
		word := wordOptimal
		percent := uint64(0)
		if total := d.Used + d.Avail; total > 0 {
			percent = (d.Used*100 + total - 1) / total
		}
		if percent >= 95 {
			word = "degraded"
		}
		state = append(state, DirectorPart{Name: fmt.Sprintf("Volume ID:%d", i), State: word})
		out = append(out, DirectorVolume{Size: screen.Octets(d.Size), Used: screen.Octets(d.Used), Avail: screen.Octets(d.Avail),
			Percent: fmt.Sprintf("%d%%", percent), Mount: d.Mount})
	}
	return state, out
}

func links(all []vitals.Link) []DirectorPart {
	var out []DirectorPart
	for _, l := range all {
		name := l.Name
		if name == "bme0" {
			name = "Control Plane Bridge"
		}
		state := "down"
		if l.Up {
			state = "up"
		}
		out = append(out, DirectorPart{Name: name, State: state})
	}
	slices.SortFunc(out, func(a, b DirectorPart) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Package vitals reads how the machine of a director fares: processor, memory,
// file systems, its own processes (QF-REF 1.3.1).
//
// A Vitals is a value; Read is called by the one goroutine that writes the
// heartbeat of the director. The package keeps nothing between calls but the last
// processor counters in a Meter.
//
// Invariant: what cannot be read is left zero and never stops the heartbeat. The
// package must never write to the machine that it observes.
package vitals

import (
	"bufio"
	"bytes"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Vitals is the state of one machine at one moment.
type Vitals struct {
	Booted    time.Time `json:"booted"` // of the machine
	CPU       int       `json:"cpu"`    // busy share since the last reading, percent
	FreeKB    uint64    `json:"free_kb"`
	TotalKB   uint64    `json:"total_kb"`
	Load      []float64 `json:"load"` // 1, 5, 15 minutes
	Disks     []Disk    `json:"disks"`
	Processes []Process `json:"processes"`
	Links     []Link    `json:"links"`
}

// Disk is one mounted file system.
type Disk struct {
	Mount string `json:"mount"`
	Size  uint64 `json:"size"` // octets, as all counts here
	Used  uint64 `json:"used"`
	Avail uint64 `json:"avail"`
}

// Process is one process of the director: itself or a child.
type Process struct {
	PID     int     `json:"pid"`
	Command string  `json:"command"`
	CPU     float64 `json:"cpu"` // seconds used
	RSSKB   uint64  `json:"rss_kb"`
	State   string  `json:"state"`
}

// Link is one network interface of the machine.
type Link struct {
	Name string `json:"name"`
	Up   bool   `json:"up"`
}

// Meter reads vitals; it remembers the processor counters of the last reading.
type Meter struct {
	root string // of the proc and sys file systems; "/" outside tests
	busy uint64
	all  uint64
}

// NewMeter returns a meter for this machine.
func NewMeter() *Meter { return &Meter{root: "/"} }

func (m *Meter) read(name string) []byte {
	b, err := os.ReadFile(filepath.Join(m.root, name))
	if err != nil {
		return nil
	}
	return b
}

// Read takes a reading. paths are directories whose file systems are of interest.
func (m *Meter) Read(paths ...string) Vitals {
	v := Vitals{CPU: m.cpu(), Processes: m.processes(os.Getpid()), Disks: disks(paths), Links: links()}
	v.TotalKB, v.FreeKB = m.memory()
	v.Load = m.load()
	v.Booted = m.booted()
	return v
}

// cpu returns the busy share since the last call, in percent.
func (m *Meter) cpu() int {
	line, _, _ := bytes.Cut(m.read("proc/stat"), []byte("\n"))
	fields := strings.Fields(string(line))
	if len(fields) < 6 {
		return 0
	}
	var all, idle uint64
	for i, f := range fields[1:] {
		n, _ := strconv.ParseUint(f, 10, 64)
		all += n
		if i == 3 || i == 4 { // idle, iowait
			idle += n
		}
	}
	busy := all - idle
	dBusy, dAll := busy-m.busy, all-m.all
	m.busy, m.all = busy, all
	if dAll == 0 || dBusy > dAll {
		return 0
	}
	return int(dBusy * 100 / dAll)
}

func (m *Meter) memory() (total, free uint64) {
	s := bufio.NewScanner(bytes.NewReader(m.read("proc/meminfo")))
	for s.Scan() {
		key, rest, _ := strings.Cut(s.Text(), ":")
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			continue
		}
		n, _ := strconv.ParseUint(fields[0], 10, 64)
		switch key {
		case "MemTotal":
			total = n
		case "MemAvailable":
			free = n
		}
	}
	return total, free
}

func (m *Meter) load() []float64 {
	fields := strings.Fields(string(m.read("proc/loadavg")))
	var out []float64
	for i := 0; i < 3 && i < len(fields); i++ {
		f, _ := strconv.ParseFloat(fields[i], 64)
		out = append(out, f)
	}
	return out
}

func (m *Meter) booted() time.Time {
	s := bufio.NewScanner(bytes.NewReader(m.read("proc/stat")))
	for s.Scan() {
		if rest, ok := strings.CutPrefix(s.Text(), "btime "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			return time.Unix(n, 0)
		}
	}
	return time.Time{}
}

// links asks the network stack and not the sys file system, which in a namespace
// may still be that of the machine.
func links() []Link {
	nics, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var out []Link
	for _, n := range nics {
		if n.Flags&net.FlagLoopback == 0 {
			out = append(out, Link{Name: n.Name, Up: n.Flags&net.FlagRunning != 0})
		}
	}
	return out
}

// processes returns the process self and all its descendants.
func (m *Meter) processes(self int) []Process {
	entries, err := os.ReadDir(filepath.Join(m.root, "proc"))
	if err != nil {
		return nil
	}
	found := map[int]Process{}
	parent := map[int]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, ppid, ok := m.process(pid); ok {
			found[pid], parent[pid] = p, ppid
		}
	}
	var out []Process
	for pid, p := range found {
		for up, hops := pid, 0; up > 0 && hops < 64; up, hops = parent[up], hops+1 {
			if up == self {
				out = append(out, p)
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b Process) int { return a.PID - b.PID })
	return out
}

// process parses /proc/PID/stat (proc(5)); the command stands in parentheses and
// may itself hold blanks and parentheses.
func (m *Meter) process(pid int) (p Process, parent int, ok bool) {
	stat := string(m.read("proc/" + strconv.Itoa(pid) + "/stat"))
	end := strings.LastIndexByte(stat, ')')
	if end < 0 {
		return p, 0, false
	}
	f := strings.Fields(stat[end+1:])
	if len(f) < 22 {
		return p, 0, false
	}
	const ticksPerSecond = 100 // USER_HZ is 100 on every Linux that Go runs on
	parent, _ = strconv.Atoi(f[1])
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	pages, _ := strconv.ParseUint(f[21], 10, 64)
	cmd := strings.TrimSpace(string(bytes.ReplaceAll(m.read("proc/"+strconv.Itoa(pid)+"/cmdline"), []byte{0}, []byte{' '})))
	return Process{PID: pid, Command: cmd, State: f[0], CPU: (user + system) / ticksPerSecond,
		RSSKB: pages * uint64(os.Getpagesize()) / 1024}, parent, true
}

package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"oneswitch/internal/lab/process"
	"oneswitch/inventory"
)

// Supervise runs every role process of the lab in the state directory and the
// port forwards to its virtual address until ctx ends. It is the body of the
// process that `up` leaves behind.
func Supervise(ctx context.Context, state string, log *slog.Logger) error {
	o, err := loadOptions(state)
	if err != nil {
		return err
	}
	t, err := NewTopology(o)
	if err != nil {
		return err
	}
	s := &supervisor{options: o, topology: t, log: log}
	if before, err := readStatusFile(state); err == nil {
		s.status.Processes = before.Processes // of a supervisor that was killed
	}
	s.status.State, s.status.Supervisor = o.State, os.Getpid()
	return s.run(ctx)
}

type supervisor struct {
	options  Options
	topology Topology
	log      *slog.Logger

	mu     sync.Mutex // guards status and the order of writes to the status file
	status Status
}

func (s *supervisor) run(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find own binary: %w", err)
	}
	forwards, err := s.listen()
	if err != nil {
		return err
	}
	databases, err := s.databaseForwards(ctx)
	forwards = append(forwards, databases...)
	if err != nil {
		for _, f := range forwards {
			err = errors.Join(err, f.listener.Close())
		}
		return err
	}
	var all sync.WaitGroup
	for _, f := range forwards {
		all.Go(func() { f.run(ctx) })
	}
	for _, p := range s.processes(self) {
		all.Go(func() { p.Run(ctx) })
	}
	all.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Supervisor = 0
	return writeJSON(statusFile(s.options.State), s.status)
}

// processes returns the processes of the lab. Those that run already will be adopted.
func (s *supervisor) processes(self string) []*process.Process {
	var out []*process.Process
	for _, c := range s.topology.Components {
		if p := s.process(self, c); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// process returns the process of a component, nil for a test host that needs
// none.
func (s *supervisor) process(self string, c Component) *process.Process {
	argv := []string{self, roleVerb(c.Role), "--config", BootstrapPath(s.options.State, c.Name)}
	if c.IsHost() {
		if !s.options.memory() {
			return nil
		}
		argv = []string{self, "host", "--state", s.options.State, c.Name}
	}
	p := &process.Process{
		Name: c.Name, Role: c.Role.String(), Argv: argv,
		Log: logOf(s.options.State, c.Name), Hold: holdOf(s.options.State, c.Name),
		Report: s.record,
	}
	for _, before := range s.status.Processes {
		if before.Name == c.Name {
			p.Before = before
		}
	}
	if !s.options.memory() {
		p.Namespace = Namespace(s.options.State, c.Name)
	}
	return p
}

func roleVerb(r inventory.Role) string {
	switch r {
	case inventory.RoleDirector:
		return "director"
	case inventory.RoleFabricControl:
		return "fabricctl"
	case inventory.RoleNode, inventory.RoleInterconnect:
		return "nodeagent"
	default:
		return ""
	}
}

// record takes what a process says of itself and writes the status file.
func (s *supervisor) record(p process.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := false
	for i := range s.status.Processes {
		if s.status.Processes[i].Name == p.Name {
			s.status.Processes[i], found = p, true
		}
	}
	if !found {
		s.status.Processes = append(s.status.Processes, p)
	}
	s.log.Info("process", "member", p.Name, "pid", p.PID, "restarts", p.Restarts, "exit", p.LastExit)
	if err := writeJSON(statusFile(s.options.State), s.status); err != nil {
		s.log.Error("write status", "err", err)
	}
}

// listen opens the addresses that the user was promised.
func (s *supervisor) listen() ([]*forward, error) {
	ports := controlPorts(s.options.memory())
	var out []*forward
	for _, w := range []struct {
		flag, at string
		port     uint16
	}{{"ssh", s.options.SSH, ports.SSH}, {"netconf", s.options.NETCONF, ports.NETCONF}} {
		l, err := net.Listen("tcp", w.at)
		if err != nil {
			for _, f := range out {
				err = errors.Join(err, f.listener.Close())
			}
			return nil, fmt.Errorf("listen for --%s: %w", w.flag, err)
		}
		f := &forward{listener: l, network: "tcp4", targets: s.targets(w.port), announce: true, log: s.log,
			source: &net.TCPAddr{IP: s.topology.Outside.Addr().AsSlice()}}
		if !s.options.memory() {
			f.namespace = Namespace(s.options.State, controlNamespace)
		}
		out = append(out, f)
	}
	return out, nil
}

// targets is the virtual address, which follows the leader. Without namespaces
// no address can move, so every director is tried: a standby relays.
func (s *supervisor) targets(port uint16) []string {
	at := func(host string) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }
	if !s.options.memory() {
		return []string{at(s.topology.Virtual.Addr().String())}
	}
	var out []string
	for _, a := range s.topology.roleAddresses(inventory.RoleDirector) {
		out = append(out, at(a.String()))
	}
	return out
}

// makeDirs makes the state directory's tree, closed to others.
func makeDirs(state string, t Topology) error {
	dirs := []string{state, filepath.Join(state, "log"), filepath.Join(state, "run")}
	for _, c := range t.Components {
		if !c.IsHost() {
			dirs = append(dirs, dirOf(state, c.Name), pinsOf(state, c.Name))
		}
	}
	for _, d := range dirs {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("make state directory: %w", err)
		}
	}
	return nil
}

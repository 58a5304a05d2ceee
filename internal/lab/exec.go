package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"oneswitch/internal/lab/wiring"
	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// place is a component of a lab that is up.
type place struct {
	options   Options
	topology  Topology
	component Component
	namespace string // empty on the memory plane
}

// locate finds a component of a lab that is up.
func locate(state, name string) (place, error) {
	abs, err := filepath.Abs(state)
	if err != nil {
		return place{}, fmt.Errorf("state directory %q: %w", state, err)
	}
	o, err := loadOptions(abs)
	if err != nil {
		return place{}, err
	}
	t, err := NewTopology(o)
	if err != nil {
		return place{}, err
	}
	c, ok := t.Component(name)
	if !ok {
		return place{}, fmt.Errorf("the lab has no %q; it has %s", name, strings.Join(t.names(), ", "))
	}
	p := place{o, t, c, ""}
	if !o.memory() {
		p.namespace = Namespace(abs, name)
		if !wiring.Exists(p.namespace) {
			return p, fmt.Errorf("state directory %s: %w", abs, ErrNotRunning)
		}
	}
	return p, nil
}

func (t Topology) names() []string {
	var out []string
	for _, c := range t.Components {
		out = append(out, c.Name)
	}
	return out
}

// Exec runs a command in the namespace of a component and returns its exit
// status.
func Exec(ctx context.Context, state, name string, argv []string) (int, error) {
	if len(argv) == 0 {
		return 1, errors.New("no command given, want lab exec NAME -- COMMAND")
	}
	p, err := locate(state, name)
	if err != nil {
		return 1, err
	}
	if p.options.memory() {
		return memoryExec(ctx, p.options.State, p.component, argv, os.Stdout)
	}
	if _, err := exec.LookPath(argv[0]); err != nil && argv[0] == "ping" {
		return ping(argv[1:], os.Stdout, func(req pingRequest, each func(pingAnswer)) error {
			return pingInNamespace(ctx, p.namespace, req, each)
		})
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := wiring.Do(p.namespace, cmd.Start); err != nil {
		return 1, fmt.Errorf("start %s in %s: %w", argv[0], name, err)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// netdevOf takes a port name in either spelling.
func netdevOf(port string) string {
	if p, err := inventory.ParsePort(port); err == nil {
		return p.Netdev()
	}
	return port
}

// Link pulls or plugs a cable at one end: NAME's port goes up or down.
func Link(state, name, port string, up bool) error {
	p, err := locate(state, name)
	if err != nil {
		return err
	}
	if p.options.memory() {
		return memoryLink(p.options, p.topology, End{name, netdevOf(port)}, up)
	}
	return wiring.SetLink(p.namespace, netdevOf(port), up)
}

// Move plugs the cable of a host into another access port.
func Move(state, host, node, port string) error {
	p, err := locate(state, node)
	if err != nil {
		return err
	}
	to, err := inventory.ParsePort(port)
	if err != nil {
		return err
	}
	if to.IsFabric() {
		return fmt.Errorf("port %s is a fabric link, a host belongs on an access port", port)
	}
	for _, c := range p.topology.Cables {
		if c.B.Name != host || c.B.Netdev != "eth0" {
			continue
		}
		if p.options.memory() {
			return memoryMove(p.options, p.topology, c.B, End{node, to.Netdev()})
		}
		from, err := plugged(p.options.State, p.topology, c)
		switch {
		case err != nil:
			return err
		case from == End{p.namespace, to.Netdev()}:
			return nil
		case wiring.HasLink(p.namespace, to.Netdev()):
			return fmt.Errorf("%s:%s has a cable already, choose a free port", node, to)
		}
		return wiring.Move(from.Name, from.Netdev, p.namespace, to.Netdev())
	}
	return fmt.Errorf("the lab has no host %q", host)
}

// plugged finds where the far end of a host's cable is now: namespace and
// interface name.
func plugged(state string, t Topology, c Cable) (End, error) {
	index, err := wiring.PeerIndex(Namespace(state, c.B.Name), c.B.Netdev)
	if err != nil {
		return End{}, err
	}
	for _, node := range t.Components {
		if node.Role != inventory.RoleNode {
			continue
		}
		ns := Namespace(state, node.Name)
		name, err := wiring.NameOf(ns, index, Namespace(state, c.B.Name))
		if err == nil {
			return End{ns, name}, nil
		}
	}
	return End{}, fmt.Errorf("the cable of %s is plugged in nowhere", c.B.Name)
}

// PrintStatus writes the state of every process, as a table or as JSON.
func PrintStatus(state string, asJSON bool, out io.Writer) error {
	abs, err := filepath.Abs(state)
	if err != nil {
		return fmt.Errorf("state directory %q: %w", state, err)
	}
	s, err := ReadStatus(abs)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(out).Encode(s)
	}
	_, err = io.WriteString(out, report.Text(s))
	return err
}

// Stop kills the process of a component, as kill -9 would, and keeps it down
// until Start.
func Stop(state, name string) error {
	abs, err := filepath.Abs(state)
	if err != nil {
		return fmt.Errorf("state directory %q: %w", state, err)
	}
	pid, err := pidOf(abs, name)
	if err != nil {
		return err
	}
	if err := os.WriteFile(holdOf(abs, name), nil, 0o600); err != nil {
		return fmt.Errorf("hold %s: %w", name, err)
	}
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill %s: %w", name, err)
	}
	return nil
}

// Start lets a component that Stop held down run again.
func Start(state, name string) error {
	abs, err := filepath.Abs(state)
	if err != nil {
		return fmt.Errorf("state directory %q: %w", state, err)
	}
	if _, err := pidOf(abs, name); err != nil {
		return err
	}
	if err := os.Remove(holdOf(abs, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("release %s: %w", name, err)
	}
	return nil
}

// pidOf returns the process id of a component, 0 while it is down.
func pidOf(state, name string) (int, error) {
	s, err := ReadStatus(state)
	if err != nil {
		return 0, err
	}
	for _, p := range s.Processes {
		if p.Name == name {
			return p.PID, nil
		}
	}
	return 0, fmt.Errorf("the lab runs no process %q", name)
}

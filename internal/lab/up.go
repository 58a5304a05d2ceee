package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"oneswitch/internal/lab/process"
)

// readyPatience bounds how long `up` waits for the fabric to forward.
const readyPatience = 60 * time.Second

// Up builds the lab, starts it and waits until it forwards. What it made is
// removed again when it fails; the state directory stays, with its logs.
func Up(ctx context.Context, o Options, out io.Writer) error {
	began := time.Now()
	abs, err := filepath.Abs(o.State)
	if err != nil {
		return fmt.Errorf("state directory %q: %w", o.State, err)
	}
	o.State = abs
	if os.Geteuid() != 0 && !o.memory() {
		return errors.New("network namespaces and eBPF need root: run as root, or use up --plane memory")
	}
	t, err := NewTopology(o)
	if err != nil {
		return err
	}
	if _, err := ReadStatus(o.State); err == nil {
		return fmt.Errorf("a fabric is running on %s already: use it, or take it down first", o.State)
	}
	if err := o.sameStore(); err != nil {
		return err
	}
	adopting := orphaned(o, t)
	if adopting {
		// The forwards of the new supervisor may have other addresses.
		err = writeJSON(optionsFile(o.State), o)
	} else {
		err = Build(ctx, o, t)
	}
	if err == nil {
		if o.Foreground {
			return foreground(ctx, o, t, out)
		}
		err = startSupervisor(o.State)
	}
	if err == nil {
		err = Settle(ctx, o, t)
	}
	switch logs := filepath.Join(o.State, "log"); {
	case err != nil && adopting: // it ran before, and what it carries is not for us to end
		return fmt.Errorf("%w\nthe fabric that was found running is left as it is; logs are in %s", err, logs)
	case err != nil:
		err = fmt.Errorf("%w\nlogs are in %s", err, logs)
		return errors.Join(err, Down(context.WithoutCancel(ctx), o.State, io.Discard))
	}
	if adopting {
		fmt.Fprintln(out, "The processes of a fabric whose supervisor was gone have been taken over; what they forward and serve went on.")
	}
	greet(out, o, t, time.Since(began))
	return nil
}

// orphaned reports whether processes of this very lab run without a supervisor, as they
// do when it was killed: then they are adopted, and forwarding and sessions go on.
func orphaned(o Options, t Topology) bool {
	before, err := loadOptions(o.State)
	if err != nil {
		return false
	}
	// Where the forwards listen is the supervisor's own; all else shapes the lab.
	before.SSH, before.NETCONF, before.SNMP, before.Web, before.Foreground = o.SSH, o.NETCONF, o.SNMP, o.Web, o.Foreground
	if before != o {
		return false
	}
	s := &supervisor{options: o, topology: t}
	return slices.ContainsFunc(s.processes("oneswitch"), func(p *process.Process) bool { return p.Lives() })
}

// sameStore refuses to start a fabric on another store than the one that holds its
// configuration: members would run revisions that the store has never heard of.
func (o Options) sameStore() error {
	there, err := exists(provisioned(o.State))
	if err != nil || !there {
		return err
	}
	before, err := loadOptions(o.State)
	if err != nil || before.DB == o.DB {
		return err
	}
	was := "--db " + before.DB
	if before.DB == "" {
		was = "no --db (the embedded store)"
	}
	return fmt.Errorf("the configuration of the fabric on %s is kept with %s: start it with that, or give another --state", o.State, was)
}

// Build makes everything that the processes find when they start. Leftovers of
// a lab that was killed are cleared away first.
func Build(ctx context.Context, o Options, t Topology) error {
	if err := clear(ctx, o.State); err != nil {
		return err
	}
	// What a former run said of itself must not be taken for this one's.
	if err := os.RemoveAll(filepath.Join(o.State, "run")); err != nil {
		return fmt.Errorf("clear run directory: %w", err)
	}
	if err := makeDirs(o.State, t); err != nil {
		return err
	}
	if err := writeJSON(optionsFile(o.State), o); err != nil {
		return err
	}
	if err := errors.Join(makeFabricKey(o.State), makeFabricSecret(o.State)); err != nil {
		return err
	}
	if err := writeBootstraps(o, t); err != nil {
		return err
	}
	if o.memory() {
		return layCables(o, t)
	}
	return wire(o, t)
}

// foreground supervises in this process until ctx ends and then takes the lab
// down.
func foreground(ctx context.Context, o Options, t Topology, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	go func() { ended <- Supervise(ctx, o.State, log) }()
	err := Settle(ctx, o, t)
	if err == nil {
		greet(out, o, t, 0)
		select {
		case <-ctx.Done():
		case err = <-ended:
			ended <- nil
		}
	}
	cancel()
	return errors.Join(err, <-ended, clear(context.WithoutCancel(ctx), o.State))
}

// startSupervisor leaves a process behind that is no child of this one's
// terminal.
func startSupervisor(state string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find own binary: %w", err)
	}
	path := logOf(state, "supervisor")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(self, "supervise", "--state", state)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	return awaitSupervisor(state, cmd.Process.Pid, gone)
}

// awaitSupervisor waits for the first status that the new supervisor writes.
func awaitSupervisor(state string, pid int, gone <-chan error) error {
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case err := <-gone:
			return fmt.Errorf("supervisor ended at once: %w: %s", err, lastLine(logOf(state, "supervisor")))
		case <-ticks.C:
			if s, err := ReadStatus(state); err == nil && s.Supervisor == pid {
				return nil
			}
		}
	}
}

func lastLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	b = bytes.TrimSpace(b)
	return string(b[bytes.LastIndexByte(b, '\n')+1:])
}

// Settle loads the lab's own configuration at the first start and waits until
// the fabric forwards as it is configured.
func Settle(ctx context.Context, o Options, t Topology) error {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	if err := provision(ctx, o, t); err != nil {
		return withCrash(o.State, fmt.Errorf("configure the fabric: %w", err))
	}
	if err := awaitForwarding(ctx, o, t); err != nil {
		return withCrash(o.State, err)
	}
	return nil
}

// withCrash adds which processes died meanwhile and what they said last: the
// most likely reason.
func withCrash(state string, err error) error {
	s, readErr := readStatusFile(state)
	if readErr != nil {
		return err
	}
	var died []string
	for _, p := range s.Processes {
		if p.Restarts > 0 {
			died = append(died, fmt.Sprintf("%s ended %d times (%s): %s", p.Name, p.Restarts, p.LastExit, lastLine(p.Log)))
		}
	}
	if len(died) == 0 {
		return err
	}
	return fmt.Errorf("%w\n%s", err, strings.Join(died, "\n"))
}

// greet tells the user how to log in.
func greet(out io.Writer, o Options, t Topology, took time.Duration) {
	host, port, _ := strings.Cut(o.SSH, ":")
	nodes, hosts := o.Nodes, t.Hosts
	fmt.Fprintf(out, "The fabric forwards: %d nodes, %d interconnects, %d hosts, 2 directors, 2 fabric controls", nodes, o.Interconnects, hosts)
	if took > 0 {
		fmt.Fprintf(out, " (ready after %.1f s)", took.Seconds())
	}
	fmt.Fprintf(out, ".\n\n  shell     ssh -p %s admin@%s\n", port, host)
	fmt.Fprintf(out, "  password  cat %s\n", PasswordFile(o.State))
	fmt.Fprintf(out, "  NETCONF   %s\n", o.NETCONF)
	if hosts > 1 {
		fmt.Fprintf(out, "  hosts     oneswitch lab exec --state %s h1 -- ping 10.0.0.2\n", o.State)
	}
	fmt.Fprintf(out, "  down      oneswitch down --state %s\n", o.State)
}

// exists reports whether a file is there.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

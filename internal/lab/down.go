package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"oneswitch/internal/lab/wiring"
)

// downPatience bounds how long Down waits for processes to stop by themselves.
const downPatience = 15 * time.Second

// Down stops the lab of the state directory and removes every process,
// namespace and mount of it. The configuration stays for the next Up.
func Down(ctx context.Context, state string, out io.Writer) error {
	abs, err := filepath.Abs(state)
	if err != nil {
		return fmt.Errorf("state directory %q: %w", state, err)
	}
	if there, err := exists(optionsFile(abs)); err != nil || !there {
		return errors.Join(err, fmt.Errorf("no fabric was ever made on %s: name its state directory with --state", abs))
	}
	if err := clear(ctx, abs); err != nil {
		return err
	}
	fmt.Fprintf(out, "The fabric on %s is down; its configuration is kept.\n", abs)
	return nil
}

// clear stops what runs and removes what the kernel holds.
func clear(ctx context.Context, state string) error {
	ctx, cancel := context.WithTimeout(ctx, downPatience)
	defer cancel()
	s, err := readStatusFile(state)
	if err != nil && !errors.Is(err, ErrNotRunning) {
		return err
	}
	if s.Supervisor != 0 && s.Supervisor != os.Getpid() && ours(s.Supervisor, state) {
		if err := stop(ctx, []int{s.Supervisor}); err != nil {
			return err
		}
	}
	left, err := leftovers(state, s)
	if err != nil {
		return err
	}
	if err := stop(ctx, left); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return nil
	}
	return unwire(state)
}

// stop asks the processes to end, insists when ctx is over, and waits until
// they are gone.
func stop(ctx context.Context, pids []int) error {
	signal := syscall.SIGTERM
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for _, pid := range pids {
		_ = syscall.Kill(pid, signal) // it may have ended by itself
	}
	giveUp := time.After(2 * downPatience)
	for len(pids) > 0 {
		pids = living(pids)
		select {
		case <-ctx.Done():
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
			}
			ctx = context.WithoutCancel(ctx)
		case <-giveUp:
			return fmt.Errorf("processes %v do not end", pids)
		case <-ticks.C:
		}
	}
	return nil
}

func living(pids []int) []int {
	var out []int
	for _, pid := range pids {
		if syscall.Kill(pid, 0) == nil && !zombie(pid) {
			out = append(out, pid)
		}
	}
	return out
}

// zombie reports whether a process has ended and waits only for its parent.
func zombie(pid int) bool {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	_, rest, _ := strings.Cut(string(b), ") ")
	return err == nil && strings.HasPrefix(rest, "Z")
}

// ours reports whether a process was started for this state directory: a pid in
// an old status file may belong to someone else by now.
func ours(pid int, state string) bool {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return err == nil && strings.Contains(string(b), state)
}

// leftovers returns the processes of the lab that no supervisor stopped: those
// of the status file, and whatever else runs in one of its namespaces.
func leftovers(state string, s Status) ([]int, error) {
	found := map[int]bool{}
	for _, p := range s.Processes {
		if p.PID != 0 && ours(p.PID, state) {
			found[p.PID] = true
		}
	}
	names, err := wiring.List(ID(state) + "-")
	if err != nil {
		return nil, err
	}
	inside := map[string]bool{}
	for _, n := range names {
		ino, err := wiring.Inode(n)
		if err != nil {
			return nil, err
		}
		inside[fmt.Sprintf("net:[%d]", ino)] = true
	}
	procs, err := filepath.Glob("/proc/[0-9]*/ns/net")
	if err != nil {
		return nil, err
	}
	for _, p := range procs {
		ns, err := os.Readlink(p)
		pid, convErr := strconv.Atoi(strings.Split(p, "/")[2])
		if err == nil && convErr == nil && inside[ns] && pid != os.Getpid() {
			found[pid] = true
		}
	}
	var pids []int
	for pid := range found {
		pids = append(pids, pid)
	}
	return pids, nil
}

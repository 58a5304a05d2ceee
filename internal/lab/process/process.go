package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

	"oneswitch/internal/lab/wiring"
)

// Status is the state of one role process.
type Status struct {
	Name     string    `json:"name"`
	Role     string    `json:"role"`
	PID      int       `json:"pid"` // 0 while it is down
	Since    time.Time `json:"since"`
	Restarts int       `json:"restarts"`
	LastExit string    `json:"last_exit,omitempty"`
	Log      string    `json:"log"`
}

// Restart pacing, as a service unit would have it: the first restart at once,
// then slower and slower, until the process has lived for steadyAfter.
const (
	firstDelay  = 100 * time.Millisecond
	lastDelay   = 5 * time.Second
	steadyAfter = 10 * time.Second
	stopGrace   = 5 * time.Second
	holdPoll    = 50 * time.Millisecond
)

// Process is one role process under supervision.
type Process struct {
	Name      string
	Role      string
	Namespace string // empty: the lab's own
	Argv      []string
	Log       string
	Hold      string // while this file exists the process stays down
	Before    Status // what a former supervisor said of it
	Report    func(Status)
}

// child is a process that runs.
type child struct {
	pid    int
	since  time.Time
	gone   <-chan error          // how it ended
	signal func(os.Signal) error // to the process
	close  func()                // once it has ended
}

// Run keeps the process alive until ctx ends, then stops it.
func (p *Process) Run(ctx context.Context) {
	st := Status{Name: p.Name, Role: p.Role, Log: p.Log, Restarts: p.Before.Restarts, LastExit: p.Before.LastExit}
	delay := firstDelay
	running, err := p.adopt()
	for running != nil || p.awaitRelease(ctx) {
		started := time.Now()
		if running == nil {
			running, err = p.start()
		}
		if err == nil {
			st.PID, st.Since = running.pid, running.since
			p.Report(st)
			err = p.wait(ctx, running)
		}
		running = nil
		st.PID = 0
		st.LastExit = fmt.Sprint(err)
		if ctx.Err() != nil {
			break
		}
		st.Restarts++
		p.Report(st)
		if time.Since(started) > steadyAfter {
			delay = firstDelay
		}
		pause(ctx, delay)
		delay = min(2*delay, lastDelay)
	}
	p.Report(st)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// awaitRelease waits while the process is held down by `lab stop`; it reports
// false when ctx ends first.
func (p *Process) awaitRelease(ctx context.Context) bool {
	for ctx.Err() == nil {
		if _, err := os.Stat(p.Hold); errors.Is(err, fs.ErrNotExist) {
			return true
		}
		pause(ctx, holdPoll)
	}
	return false
}

func (p *Process) start() (*child, error) {
	out, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer out.Close()
	cmd := exec.Command(p.Argv[0], p.Argv[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.Namespace == "" {
		err = cmd.Start()
	} else {
		err = wiring.Do(p.Namespace, cmd.Start)
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.Name, err)
	}
	gone := make(chan error, 1)
	go func() { gone <- exitError(cmd.Wait()) }()
	return &child{cmd.Process.Pid, time.Now(), gone, cmd.Process.Signal, func() {}}, nil
}

// wait returns how the process ended. When ctx ends first the process is asked
// to stop and, after stopGrace, made to.
func (p *Process) wait(ctx context.Context, c *child) error {
	defer c.close()
	select {
	case err := <-c.gone:
		return err
	case <-ctx.Done():
	}
	_ = c.signal(syscall.SIGTERM) // it may have ended meanwhile
	select {
	case err := <-c.gone:
		return err
	case <-time.After(stopGrace):
	}
	_ = syscall.Kill(-c.pid, syscall.SIGKILL)
	return <-c.gone
}

func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

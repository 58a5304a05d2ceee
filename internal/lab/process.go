package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"oneswitch/internal/lab/wiring"
)

// Restart pacing, as a service unit would have it: the first restart at once,
// then slower and slower, until the process has lived for steadyAfter.
const (
	firstDelay  = 100 * time.Millisecond
	lastDelay   = 5 * time.Second
	steadyAfter = 10 * time.Second
	stopGrace   = 5 * time.Second
	holdPoll    = 50 * time.Millisecond
)

// process is one role process under supervision. Its run loop is the only
// goroutine that touches it; changes go out through report.
type process struct {
	component Component
	namespace string // empty: the lab's own
	argv      []string
	log       string
	hold      string // while this file exists the process stays down
	report    func(ProcessStatus)
}

// run keeps the process alive until ctx ends, then stops it.
func (p *process) run(ctx context.Context) {
	st := ProcessStatus{Name: p.component.Name, Role: p.component.Role.String(), Log: p.log}
	delay := firstDelay
	for p.awaitRelease(ctx) {
		started := time.Now()
		cmd, err := p.start()
		if err == nil {
			st.PID, st.Since = cmd.Process.Pid, started
			p.report(st)
			err = p.wait(ctx, cmd)
		}
		st.PID = 0
		st.LastExit = fmt.Sprint(err)
		if ctx.Err() != nil {
			break
		}
		st.Restarts++
		p.report(st)
		if time.Since(started) > steadyAfter {
			delay = firstDelay
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
		delay = min(2*delay, lastDelay)
	}
	p.report(st)
}

// awaitRelease waits while the process is held down by `lab stop`; it reports
// false when ctx ends first.
func (p *process) awaitRelease(ctx context.Context) bool {
	for ctx.Err() == nil {
		held, err := exists(p.hold)
		if err != nil || !held {
			return true
		}
		pause(ctx, holdPoll)
	}
	return false
}

func (p *process) start() (*exec.Cmd, error) {
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer out.Close()
	cmd := exec.Command(p.argv[0], p.argv[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.namespace == "" {
		err = cmd.Start()
	} else {
		err = wiring.Do(p.namespace, cmd.Start)
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.component.Name, err)
	}
	return cmd, nil
}

// wait returns how the process ended. When ctx ends first the process is asked
// to stop and, after stopGrace, made to.
func (p *process) wait(ctx context.Context, cmd *exec.Cmd) error {
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	select {
	case err := <-gone:
		return exitError(err)
	case <-ctx.Done():
	}
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended meanwhile
	select {
	case err := <-gone:
		return exitError(err)
	case <-time.After(stopGrace):
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	return exitError(<-gone)
}

func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab/wiring"
)

// errAdopted is how a process ended whose parent we are not: nobody tells us more.
var errAdopted = errors.New("ended; it was adopted, so its exit status is not known")

// Lives reports whether a process runs that Run would adopt.
func (p *Process) Lives() bool {
	pid, _, err := p.find()
	return err == nil && pid != 0
}

// adopt returns the process if it runs already, nil if it does not.
func (p *Process) adopt() (*child, error) {
	pid, began, err := p.find()
	if err != nil || pid == 0 {
		return nil, err
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("adopt %s: %w", p.Name, err)
	}
	// The number may have changed hands before the descriptor was there.
	if again, err := started(pid); err != nil || again != began {
		return nil, errors.Join(unix.Close(fd))
	}
	gone := make(chan error, 1)
	go func() { gone <- ended(fd) }()
	return &child{
		pid: pid, since: time.Now().Add(-age(began)), gone: gone,
		signal: func(s os.Signal) error { return unix.PidfdSendSignal(fd, s.(syscall.Signal), nil, 0) },
		close:  func() { _ = unix.Close(fd) }, // nothing was written
	}, nil
}

// ended waits until the process of a descriptor has ended.
func ended(fd int) error {
	for {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
		switch {
		case err == nil:
			return errAdopted
		case !errors.Is(err, unix.EINTR):
			return fmt.Errorf("watch adopted process: %w", err)
		}
	}
}

// find looks for a process with our command line, whatever the path of its binary, in
// our namespace, and returns its number and the moment of its start.
func (p *Process) find() (pid int, began uint64, err error) {
	pids, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, 0, err
	}
	want := strings.Join(p.Argv[1:], "\x00") + "\x00"
	for _, dir := range pids {
		line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		if err != nil {
			continue // it has just ended
		}
		_, args, _ := bytes.Cut(line, []byte{0})
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || string(args) != want || !p.inside(dir) {
			continue
		}
		if began, err := started(pid); err == nil {
			return pid, began, nil
		}
	}
	return 0, 0, nil
}

// inside reports whether a process is in our namespace.
func (p *Process) inside(dir string) bool {
	if p.Namespace == "" {
		return true
	}
	inode, err := wiring.Inode(p.Namespace)
	if err != nil {
		return false
	}
	ns, err := os.Readlink(filepath.Join(dir, "ns", "net"))
	return err == nil && ns == fmt.Sprintf("net:[%d]", inode)
}

// started returns when a process began, in clock ticks since the machine did (field 22
// of proc_pid_stat(5)). One that has ended and waits for its parent has not.
func started(pid int) (uint64, error) {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, fmt.Errorf("read process: %w", err)
	}
	// The name of the program, in parentheses, may hold anything.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	const state, start = 0, 19
	if len(fields) <= start || fields[state] == "Z" {
		return 0, errors.New("read process: it has ended")
	}
	return strconv.ParseUint(fields[start], 10, 64)
}

// ticksPerSecond is USER_HZ, which is the same on every Linux that Go runs on.
const ticksPerSecond = 100

// age returns how long ago a process began.
func age(began uint64) time.Duration {
	var up unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &up); err != nil {
		return 0
	}
	return time.Duration(up.Nano()) - time.Duration(began)*time.Second/ticksPerSecond
}

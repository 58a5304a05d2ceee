package sshnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// hangUpTime is how long a process may take to end after SIGHUP.
const hangUpTime = 5 * time.Second

// drainTime is how long output may still come after the process has ended: from a
// child of it that keeps the terminal open.
const drainTime = time.Second

// endOfInput is what a terminal sends for "no more": Ctrl-D. A raw terminal has no
// other way to say it.
const endOfInput = "\x04"

// RunOnPTY runs cmd on a new pty whose other side is the session, reports its exit
// status to the client and returns it. The terminal is raw before the process
// starts (else the kernel echoes typed-ahead keys), it is the controlling terminal
// of a new process session, and it follows the client's window. A session without
// a terminal gets pipes instead. When the connection or ctx ends, the process gets
// SIGHUP, then SIGKILL. cmd.Stdin, Stdout and Stderr must not be set. started is told
// once, when the process runs, the name of its terminal below /dev (empty without one)
// and its process id; it must return at once.
func RunOnPTY(ctx context.Context, s *Session, cmd *exec.Cmd, started func(terminal string, pid int)) (status int, err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	if _, ok := s.PTY(); ok {
		err = runTerminal(ctx, s, cmd, started)
	} else {
		err = runPipes(ctx, s, cmd, started)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status, err = exitStatus(exit), nil
	}
	if err != nil {
		err = fmt.Errorf("run %s: %w", cmd.Path, err)
		status = 255
	}
	_ = s.Exit(status) // fails only when the connection is gone
	return status, err
}

// exitStatus is the status as a shell gives it: 128 and the signal for a process
// that one ended.
func exitStatus(e *exec.ExitError) int {
	if ws, ok := e.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return e.ExitCode()
}

// runPipes is for an exec without a terminal.
func runPipes(ctx context.Context, s *Session, cmd *exec.Cmd, started func(terminal string, pid int)) error {
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = s, s.Stderr()
	cmd.WaitDelay = drainTime
	if err := cmd.Start(); err != nil {
		return err
	}
	defer hangUp(ctx, cmd)()
	started("", cmd.Process.Pid)
	var input sync.WaitGroup
	input.Go(func() {
		_, _ = io.Copy(in, s) // ends when the client, the channel or the process does
		_ = in.Close()        // the process sees the end of its input
	})
	err = cmd.Wait()
	_ = s.Exit(waitStatus(err)) // ends the reading of the client's input
	input.Wait()
	return err
}

func waitStatus(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exitStatus(exit)
	}
	return 0
}

// runTerminal connects the session and the process by a pty.
func runTerminal(ctx context.Context, s *Session, cmd *exec.Cmd, started func(terminal string, pid int)) error {
	master, tty, err := openRaw()
	if err != nil {
		return err
	}
	defer master.Close()
	if err := startOn(tty, s, cmd); err != nil {
		return err
	}
	ctx, lost := context.WithCancel(ctx)
	defer lost()
	defer hangUp(ctx, cmd)()
	started(strings.TrimPrefix(tty.Name(), "/dev/"), cmd.Process.Pid)
	var pumps sync.WaitGroup
	pumps.Go(func() {
		if _, err := io.Copy(master, s); err == nil { // the client has closed its side
			_, _ = io.WriteString(master, endOfInput) // fails when the process has ended
		}
	})
	pumps.Go(func() {
		for w := range s.Windows() {
			_ = resize(master, w) // fails when the process has ended
		}
	})
	output := make(chan struct{})
	go func() {
		defer close(output)
		// EIO is the end: nobody holds the terminal any more. Any other error is the
		// client's, and a process that nobody listens to is hung up.
		if _, err := io.Copy(s, master); err != nil && !errors.Is(err, syscall.EIO) {
			lost()
		}
	}()
	err = cmd.Wait()
	select {
	case <-output:
	case <-time.After(drainTime):
	}
	_ = s.Exit(waitStatus(err)) // ends input and windows
	_ = master.Close()          // ends output
	<-output
	pumps.Wait()
	return err
}

// startOn starts cmd with tty as its terminal and closes our own descriptor of it:
// while we held one there would be no end of output.
func startOn(tty *os.File, s *Session, cmd *exec.Cmd) error {
	defer tty.Close()
	if err := resize(tty, <-s.Windows()); err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr.Setctty = true // Ctty 0: its standard input
	cmd.Env = append(cmd.Environ(), "TERM="+terminalName(s))
	return cmd.Start()
}

// hangUp ends the process when ctx does; the returned function takes that back and
// is called after the process has been waited for.
func hangUp(ctx context.Context, cmd *exec.Cmd) (done func()) {
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		// The process leads its own session, so its group is everything it started.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGHUP) // fails when it has ended
		select {
		case <-over:
		case <-time.After(hangUpTime):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // as above
		}
	})
	return func() {
		close(over)
		stop()
	}
}

var _ io.ReadWriter = (*Session)(nil)

// terminalName is the client's TERM if it is a name at all.
func terminalName(s *Session) string {
	name, _ := s.PTY()
	if ok, _ := regexp.MatchString(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`, name); !ok {
		return "vt100"
	}
	return name
}

// openRaw opens a pty whose terminal is raw: every octet passes as it is, nothing
// is echoed, no signal is made of a key.
func openRaw() (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open pty: %w", err)
	}
	defer blocking.Close()
	// pty.Open leaves the file in blocking mode, where a read cannot be ended by Close.
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err == nil {
		err = makeRaw(tty)
	}
	if err != nil {
		_ = tty.Close() // what went wrong before counts
		return nil, nil, fmt.Errorf("prepare pty: %w", err)
	}
	return os.NewFile(uintptr(fd), blocking.Name()), tty, nil
}

// makeRaw is cfmakeraw(3).
func makeRaw(tty *os.File) error {
	t, err := unix.IoctlGetTermios(int(tty.Fd()), termiosGet)
	if err != nil {
		return fmt.Errorf("read terminal modes: %w", err)
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag &^= unix.CSIZE | unix.PARENB
	t.Cflag |= unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(int(tty.Fd()), termiosSet, t); err != nil {
		return fmt.Errorf("set terminal modes: %w", err)
	}
	return nil
}

// resize sets the size of the terminal; a side that is 0 (ssh -tt from a pipe)
// gets the classic size, because line editors divide by it.
func resize(f *os.File, w Window) error {
	size := &unix.Winsize{Col: uint16(cmp.Or(w.Cols, 80)), Row: uint16(cmp.Or(w.Rows, 24))}
	raw, err := f.SyscallConn() // Fd would make the file blocking again
	if err != nil {
		return fmt.Errorf("resize terminal: %w", err)
	}
	var set error
	err = raw.Control(func(fd uintptr) { set = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) })
	if err := errors.Join(err, set); err != nil {
		return fmt.Errorf("resize terminal: %w", err)
	}
	return nil
}

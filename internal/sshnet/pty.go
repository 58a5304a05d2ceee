package sshnet

import (
	"context"
	"os/exec"
)

// RunOnPTY runs cmd on a new pty whose other side is the session: the terminal is
// raw before the process starts (else the kernel echoes typed-ahead keys), it is
// the controlling terminal of a new process session, and it follows the client's
// window. A session without a terminal gets pipes instead. RunOnPTY returns the
// exit status when the process has ended; it ends the process when the session or
// ctx ends (SIGHUP, then SIGKILL).
func RunOnPTY(ctx context.Context, s *Session, cmd *exec.Cmd) (status int, err error) { return 0, nil }

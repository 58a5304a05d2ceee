//go:build unix

package sshnet

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// SocketPair makes two connected sockets: ours as a connection, the other as a file
// that the program of a session inherits. The caller closes both.
func SocketPair() (ours net.Conn, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	unix.CloseOnExec(fds[0])
	unix.CloseOnExec(fds[1])
	theirs = os.NewFile(uintptr(fds[1]), "program")
	f := os.NewFile(uintptr(fds[0]), "server")
	defer func() { _ = f.Close() }()
	if ours, err = net.FileConn(f); err != nil {
		_ = theirs.Close()
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	return ours, theirs, nil
}

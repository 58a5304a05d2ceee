//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package sshnet

import "golang.org/x/sys/unix"

// The requests of ioctl that read and set terminal modes.
const (
	termiosGet = unix.TIOCGETA
	termiosSet = unix.TIOCSETA
)

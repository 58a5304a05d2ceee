package sshnet

import "golang.org/x/sys/unix"

// The requests of ioctl that read and set terminal modes.
const (
	termiosGet = unix.TCGETS
	termiosSet = unix.TCSETS
)

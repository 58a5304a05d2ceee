package ebpf

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// MountPins makes dir a BPF file system, unless it is on one already. Whoever calls
// it must live in a mount namespace that outlives the owners of the plane: a mount
// made by a member inside a namespace of its own would go with the member, and the
// forwarding with it.
func MountPins(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("mount BPF file system: %w", err)
	}
	if onBPF(dir) == nil {
		return nil
	}
	if err := unix.Mount("bpf", dir, "bpf", 0, "mode=0700"); err != nil {
		return fmt.Errorf("mount BPF file system at %s: %w", dir, err)
	}
	return nil
}

// UnmountPins ends every plane whose pins are under dir and unmounts the file system
// that MountPins put there. Forwarding stops.
func UnmountPins(dir string) error {
	err := unix.Unmount(dir, unix.MNT_DETACH)
	if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("unmount BPF file system at %s: %w", dir, err)
	}
	return nil
}

// onBPF reports whether dir, or the nearest directory above it that exists, is on a
// BPF file system.
func onBPF(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("directory of pins %s: %w", dir, err)
	}
	if fs.Type != unix.BPF_FS_MAGIC {
		return fmt.Errorf("directory of pins %s is not on a BPF file system: mount one there (mount -t bpf bpf %s)", dir, dir)
	}
	return nil
}

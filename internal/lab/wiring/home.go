package wiring

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// claim makes the directory of the namespaces a shared mount of its own, exactly as
// the ip tool does at its first `ip netns add`. When that came after us, it would
// mount the directory over itself: our namespaces would stand below, where nobody
// can enter or remove them. The lock is the one that ip takes on the directory, so
// that two that begin at once do not both mount.
func claim() error {
	if err := os.MkdirAll(namespaces, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", namespaces, err)
	}
	dir, err := os.Open(namespaces)
	if err != nil {
		return fmt.Errorf("open %s: %w", namespaces, err)
	}
	defer dir.Close()
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", namespaces, err)
	}
	share := func() error { return unix.Mount("", namespaces, "none", unix.MS_SHARED|unix.MS_REC, "") }
	if err := share(); !errors.Is(err, unix.EINVAL) {
		return err
	}
	if err := unix.Mount(namespaces, namespaces, "none", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount %s on itself: %w", namespaces, err)
	}
	return share()
}

package wiring

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// alone is set in the process that has the mounts to itself.
const alone = "ONESWITCH_TEST_ALONE"

// TestNamespacesSurviveTheTool makes a namespace where nothing is mounted yet, then
// lets the ip tool make its first one, and removes both: ours must not be hidden.
// The mounts are those of a process of its own.
func TestNamespacesSurviveTheTool(t *testing.T) {
	if os.Getenv(alone) != "" {
		if err := besideTheTool(); err != nil {
			t.Fatal(err)
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Fatal("this test makes mounts and network namespaces: run it as root")
	}
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), alone+"=1")
	child.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
}

func besideTheTool() error {
	if err := unix.Mount("", "/", "none", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("none", "/run", "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("mount an empty /run: %w", err)
	}
	if err := Create("ours"); err != nil {
		return err
	}
	if out, err := exec.Command("ip", "netns", "add", "theirs").CombinedOutput(); err != nil {
		return fmt.Errorf("ip netns add: %w: %s", err, out)
	}
	if err := Do("ours", func() error { return nil }); err != nil {
		return err
	}
	if err := Remove("ours"); err != nil {
		return err
	}
	if out, err := exec.Command("ip", "netns", "del", "theirs").CombinedOutput(); err != nil {
		return fmt.Errorf("ip netns del: %w: %s", err, out)
	}
	if names, err := os.ReadDir(namespaces); err != nil || len(names) != 0 {
		return fmt.Errorf("left behind: %v, %w", names, err)
	}
	return nil
}

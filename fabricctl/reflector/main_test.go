package reflector

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// asReflector makes the test binary a reflector in a process of its own, so that
// it is measured like any other program.
const asReflector = "ONESWITCH_BENCH_REFLECTOR"

// inNamespace says that the test binary runs in a network namespace of its own, in
// which all of 10.0.0.0/8 is local: bgpd takes no next hop in 127.0.0.0/8.
const inNamespace = "ONESWITCH_TEST_NAMESPACE"

func TestMain(m *testing.M) {
	if addr := os.Getenv(asReflector); addr != "" {
		serveAlone(netip.MustParseAddrPort(addr))
		return
	}
	worker := slices.ContainsFunc(os.Args, func(a string) bool { return strings.HasPrefix(a, "-test.fuzz") })
	if os.Geteuid() != 0 || worker {
		os.Exit(m.Run()) // tests that need the namespace say so
	}
	if os.Getenv(inNamespace) == "" {
		os.Exit(again())
	}
	for _, args := range [][]string{{"link", "set", "lo", "up"}, {"addr", "add", "10.0.0.1/8", "dev", "lo"}} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			slog.Error("prepare network namespace: install the Debian package iproute2?", "reason", err, "output", string(out))
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// again runs the test binary once more, in a new network namespace.
func again() int {
	runtime.LockOSThread() // Pdeathsig is about the thread that started the child
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), inNamespace+"=yes")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); err != nil {
		if cmd.ProcessState == nil {
			slog.Error("start in a network namespace", "reason", err)
			return 1
		}
		return cmd.ProcessState.ExitCode()
	}
	return 0
}

func serveAlone(addr netip.AddrPort) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	debug.SetGCPercent(400) // as the role does
	l, err := net.Listen("tcp", addr.String())
	if err == nil {
		err = New(Config{Local: addr.Addr(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}).Run(ctx, l)
	}
	if err != nil {
		slog.Error("reflector", "reason", err)
		os.Exit(1)
	}
}

// startOurs starts a reflector in a process of its own and returns its id.
func startOurs(tb testing.TB, addr netip.AddrPort) (pid int) {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asReflector+"="+addr.String())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	awaitPort(tb, addr)
	return cmd.Process.Pid
}

package reflector

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// frrPath is FRR's bgpd as Debian installs it.
const frrPath = "/usr/lib/frr/bgpd"

// frr is a running bgpd without zebra: it speaks BGP and forwards nothing.
type frr struct {
	tb  testing.TB
	dir string
	pid int
}

// log returns what bgpd has logged.
func (f *frr) log() string {
	b, err := os.ReadFile(filepath.Join(f.dir, "log"))
	if err != nil {
		f.tb.Error(err)
	}
	return string(b)
}

// startFRR runs bgpd at addr with the given configuration of `router bgp`.
func startFRR(tb testing.TB, addr netip.AddrPort, config string) *frr {
	tb.Helper()
	for _, tool := range []string{frrPath, "/usr/bin/vtysh"} {
		if _, err := os.Stat(tool); err != nil {
			tb.Fatalf("%s is missing: install the Debian package frr", tool)
		}
	}
	if os.Geteuid() != 0 {
		tb.Fatal("bgpd wants root: run the tests as root")
	}
	f := &frr{tb: tb, dir: tb.TempDir()}
	conf := filepath.Join(f.dir, "bgpd.conf")
	text := fmt.Sprintf("hostname frr\nrouter bgp 100\n bgp router-id %v\n no bgp default ipv4-unicast\n coalesce-time 0\n%s", addr.Addr(), config)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(frrPath, "-Z", "-S", "-n", "-f", conf, "-l", addr.Addr().String(), "-p", fmt.Sprint(addr.Port()),
		"-P", "0", "-i", filepath.Join(f.dir, "pid"), "--vty_socket", f.dir, "--log", "stdout")
	out, err := os.Create(filepath.Join(f.dir, "log"))
	if err != nil {
		tb.Fatal(err)
	}
	defer out.Close() // bgpd has its own descriptor by then
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	f.pid = cmd.Process.Pid
	tb.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if tb.Failed() {
			tb.Log(f.log())
		}
	})
	awaitPort(tb, addr)
	return f
}

// awaitPort waits until something listens at addr.
func awaitPort(tb testing.TB, addr netip.AddrPort) {
	tb.Helper()
	poll(tb, "listener at "+addr.String(), func() bool {
		c, err := net.Dial("tcp", addr.String())
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// show runs one command of bgpd's shell.
func (f *frr) show(command string) string {
	f.tb.Helper()
	out, err := exec.Command("vtysh", "--vty_socket", f.dir, "-d", "bgpd", "-c", command).CombinedOutput()
	if err != nil {
		f.tb.Fatalf("vtysh %q: %v\n%s", command, err, out)
	}
	return string(out)
}

func (f *frr) awaitShow(command string, want ...string) string {
	f.tb.Helper()
	var out string
	poll(f.tb, fmt.Sprintf("%q in %q", want, command), func() bool {
		out = f.show(command)
		for _, w := range want {
			if !strings.Contains(out, w) {
				return false
			}
		}
		return true
	})
	return out
}

func poll(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(20 * time.Second); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			tb.Fatalf("no %s", what)
		}
	}
}

func freePort(tb testing.TB, a netip.Addr) netip.AddrPort {
	tb.Helper()
	l, err := net.Listen("tcp", netip.AddrPortFrom(a, 0).String())
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return netip.AddrPortFrom(a, uint16(l.Addr().(*net.TCPAddr).Port))
}

package nodeagent

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/fabricctl"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/intent"
	"oneswitch/internal/lab/wiring"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/journal"
)

// childEnv names the bootstrap file of a process of the kernel test: the test binary
// runs itself as the member, so that there are real processes to kill.
const childEnv = "ONESWITCH_NODEAGENT_TEST_CONFIG"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		os.Exit(child(path))
	}
	os.Exit(m.Run())
}

func child(path string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	f, err := bootstrap.Load(path)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if f.Role == inventory.RoleFabricControl {
			err = fabricctl.Run(ctx, f, log)
		} else {
			err = Run(ctx, f, log)
		}
	}
	if err != nil {
		log.Error("ended", "error", err)
		return 1
	}
	return 0
}

// site is a small fabric of real processes in network namespaces.
type site struct {
	t      *testing.T
	dir    string
	prefix string
	boxes  map[string]*process
}

// process is one role in its namespace, which outlives it.
type process struct {
	site   *site
	name   string
	config string
	log    string
	cmd    *exec.Cmd
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) namespace(name string) string { return s.prefix + name }

func newSite(t *testing.T) *site {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("needs root: run the tests by `sudo make test`")
	}
	if _, err := exec.LookPath("ping"); err != nil {
		t.Fatal("needs ping: apt-get install iputils-ping")
	}
	s := &site{t: t, dir: t.TempDir(), prefix: fmt.Sprintf("nt%d-", os.Getpid()), boxes: map[string]*process{}}
	for _, name := range []string{"br", "FC-0", "N0", "N1", "IC", "IC2", "h0", "h1"} {
		s.must(wiring.Create(s.namespace(name)))
		t.Cleanup(func() { s.must(wiring.Remove(s.namespace(name))) })
	}
	s.must(wiring.Bridge(s.namespace("br"), "control"))
	s.must(os.WriteFile(s.secret(), []byte(strings.Repeat("5ec2e7", 8)), 0o600))
	for i, ic := range []string{"IC", "IC2"} {
		for n := range 2 {
			s.cable(fmt.Sprintf("N%d", n), fmt.Sprintf("fte-0-1-%d", i), ic, fmt.Sprintf("fte-0-0-%d", n))
		}
	}
	for n := range 2 {
		host := fmt.Sprintf("h%d", n)
		s.cable(host, "eth0", fmt.Sprintf("N%d", n), "xe-0-0-0")
		s.must(wiring.AddAddress(s.namespace(host), "eth0", netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(n + 1)}), 24)))
	}
	return s
}

// secret is the file that everybody reads at the start: it is there before the first.
func (s *site) secret() string { return filepath.Join(s.dir, "secret") }

func (s *site) cable(a, portA, b, portB string) {
	s.t.Helper()
	s.must(wiring.Cable(wiring.End{Namespace: s.namespace(a), Name: portA}, wiring.End{Namespace: s.namespace(b), Name: portB}, 1500))
}

// add makes one role with its bootstrap file, and for members its journal.
func (s *site) add(m inventory.Member, all []inventory.Member) {
	s.t.Helper()
	name := string(m.ID)
	state := filepath.Join(s.dir, name)
	pins := filepath.Join(state, "bpf")
	s.must(os.MkdirAll(pins, 0o700))
	_, err := sshnet.LoadOrCreateKey(filepath.Join(s.dir, "fabric"))
	s.must(err)
	s.cable(name, "bme0", "br", "c"+name)
	s.must(wiring.Enslave(s.namespace("br"), "c"+name, "control"))
	s.must(wiring.AddAddress(s.namespace(name), "bme0", netip.PrefixFrom(m.Address, 16)))
	f := bootstrap.File{
		Serial: m.ID, Role: m.Role, Address: netip.PrefixFrom(m.Address, 16), Interface: "bme0", State: state,
		FabricKey: filepath.Join(s.dir, "fabric.pub"), Directors: []netip.Addr{netip.MustParseAddr("128.0.128.2")},
		Reflect: []netip.Addr{all[0].Address}, Secret: s.secret(),
	}
	if m.Device != 0 {
		f.Plane, f.Pins = "ebpf", pins
		s.must(wiring.MountBPF(pins))
		s.t.Cleanup(func() { s.must(wiring.UnmountBelow(state)) })
		s.commit(state, m, all)
	}
	b, err := json.Marshal(f)
	s.must(err)
	p := &process{site: s, name: name, config: filepath.Join(s.dir, name+".json"), log: filepath.Join(s.dir, name+".log")}
	s.must(os.WriteFile(p.config, b, 0o600))
	s.boxes[name] = p
	p.start()
}

// commit writes the member's journal, as a leader's commit would have left it.
func (s *site) commit(state string, m inventory.Member, all []inventory.Member) {
	s.t.Helper()
	in := intent.Intent{Member: m.ID, Name: m.Name(), Role: m.Role, Device: m.Device, Aging: 300}
	for _, p := range all {
		if p.Device != 0 {
			in.Peers = append(in.Peers, intent.Peer{Member: p.ID, Name: p.Name(), Role: p.Role, Device: p.Device, Address: p.Address})
		}
	}
	if m.Role == inventory.RoleNode {
		in.Domains = []intent.Domain{{ID: 1, Name: "default", Tag: 1}}
	}
	in = in.Canonical()
	hash, err := in.Hash()
	s.must(err)
	j, _, _, err := journal.Open(filepath.Join(state, "journal"))
	s.must(err)
	s.must(j.Save(journal.Record{State: txn.State{Epoch: 1, Running: intent.Stamp{Epoch: 1, Revision: 1, Hash: hash}}, Running: &in}))
}

func (p *process) start() {
	p.site.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	p.site.must(err)
	defer log.Close()
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(os.Environ(), childEnv+"="+p.config)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	cmd := p.cmd
	p.site.must(wiring.Do(p.site.namespace(p.name), cmd.Start))
	p.site.t.Cleanup(func() { p.end(cmd, syscall.SIGTERM) })
}

func (p *process) end(cmd *exec.Cmd, s os.Signal) {
	if cmd.ProcessState == nil {
		// An error means that it has ended already, which the log tells.
		_ = cmd.Process.Signal(s)
		_ = cmd.Wait()
	}
}

func (p *process) kill() { p.end(p.cmd, syscall.SIGKILL) }

// until tries again ten times a second; at the end of patience it shows the logs.
func (s *site) until(what string, is func() bool) {
	s.t.Helper()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !is() {
		select {
		case <-ticker.C:
		case <-deadline:
			for name, p := range s.boxes {
				b, _ := os.ReadFile(p.log)
				s.t.Logf("--- %s\n%s", name, b)
			}
			s.t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

func (s *site) in(name string, args ...string) *exec.Cmd {
	cmd := exec.Command("ip", append([]string{"netns", "exec", s.namespace(name)}, args...)...)
	return cmd
}

// logged counts the lines of a process's log that hold text.
func (p *process) logged(text string) int {
	b, err := os.ReadFile(p.log)
	p.site.must(err)
	return bytes.Count(b, []byte(text))
}

// running is a site whose hosts reach each other, and its members.
func running(t *testing.T) (*site, []inventory.Member) {
	t.Helper()
	s := newSite(t)
	all := []inventory.Member{
		{ID: "FC-0", Role: inventory.RoleFabricControl, Address: netip.MustParseAddr("128.0.128.6")},
		{ID: "N0", Alias: "Node0", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8")},
		{ID: "N1", Alias: "Node1", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.10")},
		{ID: "IC", Alias: "IC-Left", Role: inventory.RoleInterconnect, Device: 10, Address: netip.MustParseAddr("128.0.130.4")},
		{ID: "IC2", Alias: "IC-Right", Role: inventory.RoleInterconnect, Device: 11, Address: netip.MustParseAddr("128.0.130.6")},
	}
	for _, m := range all {
		s.add(m, all)
	}
	s.until("the first ping", func() bool { return s.in("h0", "ping", "-c1", "-W1", "10.0.0.2").Run() == nil })
	for _, n := range []string{"N0", "N1"} {
		for port := range 2 {
			s.until(fmt.Sprintf("%s to know uplink %d", n, port), func() bool {
				return s.boxes[n].logged(fmt.Sprintf("msg=\"fabric neighbor\" port=fte-0/1/%d", port)) > 0
			})
		}
	}
	return s, all
}

// pinging is a ping that runs, 500 times a second.
type pinging struct {
	site *site
	cmd  *exec.Cmd
	out  bytes.Buffer
}

func (s *site) ping() *pinging {
	s.t.Helper()
	p := &pinging{site: s, cmd: s.in("h0", "ping", "-q", "-i", "0.002", "10.0.0.2")}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	s.must(p.cmd.Start())
	return p
}

// stop ends it and returns how many were sent and lost.
func (p *pinging) stop() (sent, lost int) {
	p.site.t.Helper()
	p.site.must(p.cmd.Process.Signal(syscall.SIGINT))
	_ = p.cmd.Wait() // fails when one was lost, which is what we count
	m := regexp.MustCompile(`(\d+) packets transmitted, (\d+) received`).FindStringSubmatch(p.out.String())
	if m == nil {
		p.site.t.Fatalf("ping said:\n%s", p.out.String())
	}
	sent, err := strconv.Atoi(m[1])
	p.site.must(err)
	received, err := strconv.Atoi(m[2])
	p.site.must(err)
	return sent, sent - received
}

// TestKernelKillLosesNothing pings through real interfaces, the eBPF plane and two
// interconnects, 500 times a second, while every process is killed with -9 and
// started again: 0 lost.
func TestKernelKillLosesNothing(t *testing.T) {
	s, all := running(t)
	ping := s.ping()
	for _, m := range all {
		p := s.boxes[string(m.ID)]
		before := p.logged("msg=\"routes of the fabric are complete\"")
		p.kill()
		pause(t, 500*time.Millisecond)
		p.start()
		if m.Device != 0 {
			s.until(p.name+" to be back", func() bool { return p.logged("msg=\"routes of the fabric are complete\"") > before })
		}
		pause(t, 500*time.Millisecond)
	}
	if sent, lost := ping.stop(); lost > 0 {
		t.Errorf("%d of %d frames were lost", lost, sent)
	}
}

// TestKernelLinkLoss takes the far links of one interconnect down and up again, so
// that the sending node learns of it by hellos alone: at most 50 ms are lost, and
// nothing when they return.
func TestKernelLinkLoss(t *testing.T) {
	s, _ := running(t)
	for _, ic := range []string{"IC", "IC2"} {
		ping := s.ping()
		pause(t, 300*time.Millisecond)
		s.must(wiring.SetLink(s.namespace(ic), "fte-0-0-1", false))
		pause(t, 700*time.Millisecond)
		sent, lost := ping.stop()
		t.Logf("%s: link to N1 down: %d of %d lost, about %d ms", ic, lost, sent, 2*lost)
		if lost > 25 {
			t.Errorf("%s: %d of %d pings in steps of 2 ms were lost, want at most 50 ms", ic, lost, sent)
		}
		ping = s.ping()
		pause(t, 300*time.Millisecond)
		s.must(wiring.SetLink(s.namespace(ic), "fte-0-0-1", true))
		pause(t, 700*time.Millisecond)
		if sent, lost := ping.stop(); lost > 0 {
			t.Errorf("%s: link to N1 up again: %d of %d lost", ic, lost, sent)
		}
	}
}

// TestKernelHostMoves moves the cable of a host to the other node while it is pinged,
// and back: it is found again as soon as it speaks. A host that asks for a neighbour just
// as its cable is pulled asks again a second later, whatever the fabric does; so the
// time is bounded by that and not by milliseconds. (Those are measured in internal/e2e.)
func TestKernelHostMoves(t *testing.T) {
	s, _ := running(t)
	for _, move := range [][4]string{{"N1", "xe-0-0-0", "N0", "xe-0-0-5"}, {"N0", "xe-0-0-5", "N1", "xe-0-0-9"}} {
		ping := s.ping()
		pause(t, 300*time.Millisecond)
		s.must(wiring.Move(s.namespace(move[0]), move[1], s.namespace(move[2]), move[3]))
		s.until("the host at its new port", func() bool { return s.in("h0", "ping", "-c1", "-W1", "10.0.0.2").Run() == nil })
		pause(t, 300*time.Millisecond)
		sent, lost := ping.stop()
		t.Logf("from %s to %s: %d of %d lost, about %d ms", move[0], move[2], lost, sent, 2*lost)
		if lost > 750 {
			t.Errorf("from %s to %s: %d of %d pings in steps of 2 ms were lost, want at most 1.5 s", move[0], move[2], lost, sent)
		}
	}
}

// TestKernelForgedHello speaks to an interconnect over its node's cable as somebody who
// has not the secret of the fabric: that nobody is there, that somebody else is, that
// the sender hears nobody. Not a frame is lost, and the interconnect says what it sees.
func TestKernelForgedHello(t *testing.T) {
	s, _ := running(t)
	ping := s.ping()
	for _, ic := range []int{0, 1} {
		device := fmt.Sprintf("fte-0-1-%d", ic)
		var fd int
		s.must(wiring.Do(s.namespace("N0"), func() error {
			dev, err := net.InterfaceByName(device)
			if err != nil {
				return err
			}
			if fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err != nil {
				return err
			}
			return unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: dev.Index})
		}))
		for n := range 50 {
			h := hello.Hello{
				Source: inventory.MAC{2, 0, 0, 0, 6, 6}, Serial: inventory.MemberID([]string{"N0", "N7"}[n%2]), Role: inventory.RoleNode,
				Device: inventory.DeviceID([]int{1, 7}[n%2]), Port: inventory.Port{Kind: inventory.KindFTE, PIC: 1},
				Count: hello.Count{Life: 1, Number: 1 << 60},
			}
			frame, err := h.Seal(hello.Key{})
			s.must(err)
			_, err = unix.Write(fd, frame)
			s.must(err)
		}
		s.must(unix.Close(fd))
	}
	for _, ic := range []string{"IC", "IC2"} {
		s.until(ic+" to tell of the forgery", func() bool { return s.boxes[ic].logged("forged hello dropped") == 1 })
	}
	if sent, lost := ping.stop(); lost > 0 {
		t.Errorf("%d of %d frames were lost", lost, sent)
	}
}

// pause lets traffic flow for a while.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

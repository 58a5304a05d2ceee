package e2e

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab"
	"oneswitch/internal/lab/wiring"
)

// roll calls for the virtual address by ARP two hundred times a second, from the
// control network, and writes down which machine answered when.
type roll struct {
	f    *fabric
	fd   int
	name map[string]string // of a director by the address of its interface
	stop chan struct{}
	live sync.WaitGroup

	mu      sync.Mutex
	answers []answer
}

type answer struct {
	by string
	at time.Time
}

func (f *fabric) callRoll(address netip.Addr) *roll {
	f.t.Helper()
	r := &roll{f: f, name: map[string]string{}, stop: make(chan struct{})}
	var own net.HardwareAddr
	for _, d := range []string{"dg0", "dg1", "ctl"} {
		err := wiring.Do(lab.Namespace(f.state, d), func() error {
			dev, err := net.InterfaceByName(map[bool]string{true: "ctl0", false: "bme0"}[d == "ctl"])
			if err != nil || d != "ctl" {
				if err == nil {
					r.name[dev.HardwareAddr.String()] = d
				}
				return err
			}
			own = dev.HardwareAddr
			if r.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(htons(unix.ETH_P_ARP))); err != nil {
				return err
			}
			return errors.Join(unix.SetsockoptTimeval(r.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}),
				unix.Bind(r.fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ARP), Ifindex: dev.Index}))
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	question := arpQuestion(own, netip.MustParseAddr("128.0.255.254"), address)
	r.live.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-r.stop:
				return
			case <-tick.C:
				if _, err := unix.Write(r.fd, question); err != nil {
					f.t.Error(err)
				}
			}
		}
	})
	r.live.Go(func() { r.listen(address) })
	f.t.Cleanup(func() { close(r.stop); r.live.Wait(); unix.Close(r.fd) })
	return r
}

func arpQuestion(own net.HardwareAddr, from, to netip.Addr) []byte {
	b := append([]byte{255, 255, 255, 255, 255, 255}, own...)
	b = append(b, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1)
	b = append(append(b, own...), from.AsSlice()...)
	return append(append(b, 0, 0, 0, 0, 0, 0), to.AsSlice()...)
}

func (r *roll) listen(address netip.Addr) {
	buf := make([]byte, 256)
	for {
		select {
		case <-r.stop:
			return
		default:
		}
		n, err := unix.Read(r.fd, buf)
		if err != nil || n < 42 || binary.BigEndian.Uint16(buf[20:]) != 2 || netip.AddrFrom4([4]byte(buf[28:32])) != address {
			continue
		}
		r.mu.Lock()
		r.answers = append(r.answers, answer{r.name[net.HardwareAddr(buf[22:28]).String()], time.Now()})
		r.mu.Unlock()
	}
}

// last returns the last answer; first the first one of a director after a moment, and
// whether there was one.
func (r *roll) last() answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.answers) == 0 {
		return answer{}
	}
	return r.answers[len(r.answers)-1]
}

func (r *roll) first(by string, after time.Time) (answer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.answers {
		if a.by == by && a.at.After(after) {
			return a, true
		}
	}
	return answer{}, false
}

// lastOf returns the last answer of a director.
func (r *roll) lastOf(by string) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.answers) - 1; i >= 0; i-- {
		if r.answers[i].by == by {
			return r.answers[i]
		}
	}
	return answer{}
}

// TestOneAnswersAtTheVirtualAddress: the leader is frozen, thawed, and its successor
// killed; at no moment do two machines answer (reliability.md F3, F4).
func TestOneAnswersAtTheVirtualAddress(t *testing.T) {
	f := start(t)
	r := f.callRoll(netip.MustParseAddr("128.0.128.1"))
	await(t, 5*time.Second, "an answer", func() bool { return r.last().by != "" })
	for range 2 {
		leader := r.last().by
		other := map[string]string{"dg0": "dg1", "dg1": "dg0"}[leader]
		pid := f.status()[leader].PID
		frozen := time.Now()
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		await(t, 10*time.Second, other+" to answer", func() bool { _, ok := r.first(other, frozen); return ok })
		thawed := time.Now()
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		await(t, 10*time.Second, "three seconds", func() bool { return time.Since(thawed) > 3*time.Second })
		taken, _ := r.first(other, frozen)
		gone := r.lastOf(leader).at
		t.Logf("%s frozen: silent after %v, %s answers after %v", leader, gone.Sub(frozen).Round(time.Millisecond), other, taken.at.Sub(frozen).Round(time.Millisecond))
		if !gone.Before(taken.at) {
			t.Errorf("%s answered until %v after %s had begun to", leader, gone.Sub(taken.at), other)
		}
	}
	leader := r.last().by
	other := map[string]string{"dg0": "dg1", "dg1": "dg0"}[leader]
	killed := time.Now()
	if err := syscall.Kill(f.status()[leader].PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, 10*time.Second, "somebody to answer for two seconds", func() bool {
		return time.Since(killed) > 6*time.Second && time.Since(r.last().at) < time.Second
	})
	if taken, ok := r.first(other, killed); ok {
		gone := r.lastOf(leader).at
		t.Logf("%s killed: silent after %v, %s answers after %v", leader, gone.Sub(killed).Round(time.Millisecond), other, taken.at.Sub(killed).Round(time.Millisecond))
		if !gone.Before(taken.at) {
			t.Errorf("%s answered until %v after %s had begun to", leader, gone.Sub(taken.at), other)
		}
	}
}

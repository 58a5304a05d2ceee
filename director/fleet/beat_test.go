package fleet_test

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oneswitch/director/commit"
	"oneswitch/inventory"
)

// valve is a cable between a member and a director. Shut, it keeps every connection
// and lets nothing through, like a process that was stopped or a cable that was cut.
type valve struct {
	net.Listener
	to   net.Addr
	open chan struct{} // closed while it lets through
	mu   sync.Mutex    // guards open and all
	all  []net.Conn
}

func newValve(t *testing.T, to net.Addr) *valve {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	v := &valve{Listener: l, to: to, open: make(chan struct{})}
	close(v.open)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", v.to.String())
			if err != nil {
				_ = in.Close()
				continue
			}
			v.mu.Lock()
			v.all = append(v.all, in, out)
			v.mu.Unlock()
			running.Go(func() { v.pump(in, out) })
			running.Go(func() { v.pump(out, in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		v.set(true)
		v.mu.Lock()
		for _, c := range v.all {
			_ = c.Close()
		}
		v.mu.Unlock()
		running.Wait()
	})
	return v
}

func (v *valve) pump(to, from net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		v.mu.Lock()
		open := v.open
		v.mu.Unlock()
		<-open
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			_, _ = to.Close(), from.Close()
			return
		}
	}
}

// set opens the valve or shuts it.
func (v *valve) set(open bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	select {
	case <-v.open:
		if !open {
			v.open = make(chan struct{})
		}
	default:
		if open {
			close(v.open)
		}
	}
}

// TestSilence treats a member that says nothing as absent: a commit goes on without
// it, and it is brought up when it is heard again.
func TestSilence(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1")
	cable := newValve(t, d.addr)
	members[0].on(t, d.addr)
	members[1].on(t, cable.Addr())
	d.lead(t)
	d.connected(t, "N0", "N1")
	ready(t, d)
	want(t, d.commit(t, "N0", "N1"), commit.Committed)

	before := time.Now()
	cable.set(false)
	d.connected(t, "N0")
	if took := time.Since(before); took > 6*time.Second {
		t.Errorf("the silence was noticed after %v", took)
	}
	for _, m := range d.fleet.Members() {
		if m.Member.ID == "N1" && (m.Connected || !strings.HasPrefix(m.Problem, "no sign of life for ") || m.Since.Before(before)) {
			t.Errorf("N1 is %+v", m)
		}
	}
	o := d.commit(t, "N0", "N1")
	want(t, o, commit.Committed)
	if !slices.Equal(o.Owing, []inventory.MemberID{"N1"}) {
		t.Errorf("owing are %v", o.Owing)
	}
	if a := d.fleet.Ask(t.Context(), []inventory.MemberID{"N1"}, []byte("<complete/>"), time.Second); a[0].Err == nil {
		t.Error("who is absent has answered")
	}
	cable.set(true)
	settled(t, d)
	if r := members[1].journal().Running; r.Revision != 2 {
		t.Errorf("N1 runs %+v after its return", r)
	}
}

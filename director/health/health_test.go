package health_test

import (
	"context"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/director/alarm"
	"oneswitch/director/fleet"
	"oneswitch/director/health"
	"oneswitch/director/ops"
	"oneswitch/internal/clock"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a fabric of a node and an interconnect that the test changes.
type site struct {
	mu     sync.Mutex // guards what follows
	state  alarm.State
	up     bool // the one link
	books  map[inventory.MemberID]*syslog.Book
	rescue bool
	dg1    bool
	said   []string
}

func newSite() *site {
	member := func(id string, role inventory.Role) alarm.Member {
		return alarm.Member{Member: inventory.Member{ID: inventory.MemberID(id), Alias: "the-" + id, Role: role}, Enrolled: true, Connected: true}
	}
	return &site{up: true, rescue: true, dg1: true, books: map[inventory.MemberID]*syslog.Book{"N0": syslog.NewBook(), "IC": syslog.NewBook()},
		state: alarm.State{Members: []alarm.Member{member("N0", inventory.RoleNode), member("IC", inventory.RoleInterconnect)}}}
}

func (s *site) look() alarm.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.state
	out.Members = slices.Clone(s.state.Members) // the watch reads them while the test changes its own
	out.Now = time.Now()
	return out
}

func (s *site) Ask(_ context.Context, members []inventory.MemberID, op []byte, _ time.Duration) []ops.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []ops.Answer
	for _, id := range members {
		a := ops.Answer{Member: id}
		var log rpc.LogRequest
		if xml.Unmarshal(op, &log) == nil {
			messages, next := s.books[id].Since(log.Since)
			a.Reply, a.Err = xml.Marshal(rpc.Log{Next: next, Messages: messages})
		} else {
			p := screen.FabricPort{Port: "fte-0/1/0", Admin: screen.Up, Link: screen.UpDown(s.up), Remote: "the-IC", RemotePort: "fte-0/0/0"}
			if id == "IC" {
				p = screen.FabricPort{Port: "fte-0/0/0", Admin: screen.Up, Link: screen.UpDown(s.up), Remote: "the-N0", RemotePort: "fte-0/1/0"}
			}
			a.Reply, a.Err = xml.Marshal(screen.FabricPorts{Port: []screen.FabricPort{p}})
		}
		out = append(out, a)
	}
	return out
}

func (s *site) directors(context.Context) []ops.Director {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []ops.Director{{Name: "dg0", Online: true}, {Name: "dg1", Address: "128.0.128.3", Online: s.dg1}}
}

func (s *site) hasRescue(context.Context) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rescue, nil
}

func (s *site) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, text)
}

func (s *site) Alarm(c alarm.Change) {
	word := "set "
	if c.Over {
		word = "cleared "
	}
	s.say(word + c.Text)
}
func (s *site) Moved(text string)      { s.say(text) }
func (s *site) Heard(m syslog.Message) { s.say(m.Host + ": " + m.Text) }

// with changes what the lock guards.
func (s *site) with(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func TestWatch(t *testing.T) {
	t.Parallel()
	s, c := newSite(), clock.NewManual(time.Now())
	w := health.New(health.Config{Look: s.look, Ask: s.Ask, Directors: s.directors, Rescue: s.hasRescue, Tell: s, Clock: c})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	// until lets time pass until something was said last, or by somebody.
	until := func(want string) {
		t.Helper()
		patience := time.After(20 * time.Second)
		for {
			s.mu.Lock()
			all := strings.Join(s.said, "\n")
			s.mu.Unlock()
			if strings.Contains(all, want) {
				return
			}
			select {
			case <-patience:
				t.Fatalf("nobody said %q but\n%s", want, all)
			case <-time.After(time.Millisecond):
				c.Advance(100 * time.Millisecond)
			}
		}
	}
	s.with(func() { s.rescue = false })
	until("set Rescue configuration is not set")
	s.with(func() { s.up = false })
	until("set Fabric link the-IC:fte-0/0/0 to the-N0:fte-0/1/0 is down")
	s.with(func() { s.state.Members[1].Connected, s.state.Members[1].Since = false, time.Now() })
	until("set Interconnect device the-IC (IC) is not connected")
	until("cleared Fabric link the-IC:fte-0/0/0 to the-N0:fte-0/1/0 is down") // the absence explains it
	s.with(func() { s.books["N0"].Add(syslog.Message{Host: "N0", Text: "link down"}) })
	until("the-N0: link down")
	s.with(func() { s.dg1 = false })
	until("set Director dg1 (128.0.128.3) does not answer")
	s.with(func() { s.dg1, s.rescue, s.up, s.state.Members[1].Connected = true, true, true, true })
	until("cleared Director dg1 (128.0.128.3) does not answer")
	until("cleared Interconnect device the-IC (IC) is not connected")
	until("cleared Rescue configuration is not set")
	for len(w.Active()) > 0 {
		c.Advance(100 * time.Millisecond)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	at := time.Date(2012, 8, 25, 9, 52, 8, 0, time.UTC)
	known := inventory.NewSnapshot([]inventory.Member{{ID: "N0", Role: inventory.RoleNode}, {ID: "N1", Role: inventory.RoleNode}}, nil)
	got := health.Members(known, map[inventory.MemberID]ops.Standing{"N0": {Connected: true, Since: at, Debt: 3}}, []fleet.Status{
		{Member: inventory.Member{ID: "N0"}, Problem: errors.New("host key changed").Error(), Refused: at},
		{Member: inventory.Member{ID: "N1"}},
		{Member: inventory.Member{ID: "X", Role: inventory.RoleNode}, Problem: "unknown", Refused: at},
	})
	if len(got) != 3 || !got[0].Connected || got[0].Debt != 3 || got[0].Refused.Why != "host key changed" || got[1].Connected || !got[1].Refused.At.IsZero() ||
		got[2].ID != "X" || got[2].Enrolled || got[2].Refused.Why != "unknown" {
		t.Errorf("members: %+v", got)
	}
}

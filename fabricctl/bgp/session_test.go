package bgp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a Plugin that records, and sends what it is given.
type recorder struct {
	refuse   *Notification
	answer   *Notification // to every Received
	up       chan *Session
	received chan []byte
	closed   chan error
	mu       sync.Mutex
	send     net.Buffers
}

func newRecorder() *recorder {
	return &recorder{up: make(chan *Session, 1), received: make(chan []byte, 100), closed: make(chan error, 1)}
}

func (r *recorder) Opened(*Session) *Notification { return r.refuse }
func (r *recorder) Established(s *Session)        { r.up <- s }
func (r *recorder) Closed(_ *Session, err error)  { r.closed <- err }

func (r *recorder) Received(_ *Session, b []byte) *Notification {
	r.received <- bytes.Clone(b)
	return r.answer
}

func (r *recorder) Pull(_ *Session, bufs net.Buffers) (net.Buffers, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.send)
	bufs = append(bufs, r.send...)
	r.send = nil
	return bufs, n
}

// rig is one session under test and the bare other end of its connection.
type rig struct {
	t      *testing.T
	clock  *clock.Manual
	plugin *recorder
	other  net.Conn
	ended  chan error
}

func newRig(t *testing.T, open Open) *rig {
	t.Helper()
	ours, other := tcpPair(t)
	r := &rig{t: t, clock: clock.NewManual(time.Unix(1e9, 0)), plugin: newRecorder(), other: other, ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.ended <- Accept(ctx, ours, Config{Open: open, Clock: r.clock, Plugin: r.plugin})
	}()
	t.Cleanup(func() { cancel(); other.Close(); <-done })
	return r
}

func tcpPair(t *testing.T) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	a, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

func (r *rig) write(b []byte) {
	r.t.Helper()
	if _, err := r.other.Write(b); err != nil {
		r.t.Fatal(err)
	}
}

// read returns the next message from the session.
func (r *rig) read() (Type, []byte) {
	r.t.Helper()
	head := make([]byte, HeaderLen)
	if _, err := io.ReadFull(r.other, head); err != nil {
		r.t.Fatal(err)
	}
	body := make([]byte, int(head[16])<<8+int(head[17])-HeaderLen)
	if _, err := io.ReadFull(r.other, body); err != nil {
		r.t.Fatal(err)
	}
	return Type(head[18]), body
}

func (r *rig) expect(want Type) []byte {
	r.t.Helper()
	got, body := r.read()
	if got != want {
		r.t.Fatalf("message of type %d (%x), want %d", got, body, want)
	}
	return body
}

func (r *rig) expectNotification(code, sub uint8) {
	r.t.Helper()
	if b := r.expect(TypeNotification); b[0] != code || b[1] != sub {
		r.t.Errorf("NOTIFICATION %d/%d, want %d/%d", b[0], b[1], code, sub)
	}
}

// establish plays the other end up to Established.
func (r *rig) establish() *Session {
	r.t.Helper()
	r.expect(TypeOpen)
	r.write(AppendOpen(nil, sampleOpen()))
	r.expect(TypeKeepalive)
	r.write(AppendKeepalive(nil))
	s := <-r.plugin.up
	r.clock.Await(2) // hold and keepalive
	return s
}

func (r *rig) end() error {
	r.t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(10 * time.Second):
		r.t.Fatal("the session does not end")
		return nil
	}
}

func TestSessionCarriesMessages(t *testing.T) {
	t.Parallel()
	r := newRig(t, sampleOpen())
	s := r.establish()
	if !s.Carries(route.EVPN) || !s.Gentle() || s.Peer().RouterID != member() {
		t.Errorf("%+v", s.Peer())
	}
	update := AppendEndOfRIB(nil, route.EVPN)
	r.write(append(append(AppendKeepalive(nil), update...), update[:7]...)) // a cut message waits
	if got := <-r.plugin.received; !bytes.HasSuffix(got, update) {
		t.Errorf("received %x", got)
	}
	r.write(update[7:])
	if got := <-r.plugin.received; !bytes.Equal(got, update) {
		t.Errorf("received %x", got)
	}
	r.plugin.mu.Lock()
	r.plugin.send = net.Buffers{update}
	r.plugin.mu.Unlock()
	s.Wake()
	r.expect(TypeUpdate)
	r.clock.Advance(3 * time.Second)
	r.expect(TypeKeepalive)
	if in, _ := s.Counters(); in != 5 {
		t.Errorf("%d messages counted, want 5", in)
	}
}

func TestHoldTimer(t *testing.T) {
	t.Parallel()
	r := newRig(t, sampleOpen())
	r.establish()
	for range 2 {
		r.clock.Advance(3 * time.Second)
		r.expect(TypeKeepalive)
		if len(r.ended) > 0 {
			t.Fatal(r.end())
		}
	}
	r.clock.Advance(3 * time.Second) // both timers are due: which comes first is chance
	got, body := r.read()
	if got == TypeKeepalive {
		got, body = r.read()
	}
	if got != TypeNotification || body[0] != CodeHold {
		t.Errorf("message of type %d (%x), want NOTIFICATION 4/0", got, body)
	}
	var note *Notification
	if err := r.end(); !errors.As(err, &note) || note.Code != CodeHold {
		t.Error(err)
	}
	if err := <-r.plugin.closed; err == nil {
		t.Error("the plugin was told of no reason")
	}
}

func TestSendHoldTimer(t *testing.T) {
	t.Parallel()
	r := newRig(t, sampleOpen())
	s := r.establish()
	r.plugin.mu.Lock()
	r.plugin.send = net.Buffers{make([]byte, 64<<20)} // more than the socket takes, and nobody reads
	r.plugin.mu.Unlock()
	s.Wake()
	poll(t, func() bool { return s.traffic.writing.Load() != 0 })
	for range 7 { // 21 s: more than twice the hold time of 9 s
		before, _ := s.Counters()
		r.write(AppendKeepalive(nil)) // it is alive all the same
		poll(t, func() bool { in, _ := s.Counters(); return in > before })
		r.clock.Advance(3 * time.Second)
	}
	if err := r.end(); !errors.Is(err, ErrSendHold) {
		t.Error(err)
	}
}

func poll(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for late := time.After(10 * time.Second); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the state does not come")
		}
	}
}

func TestBadBeginnings(t *testing.T) {
	t.Parallel()
	early := AppendEndOfRIB(nil, route.EVPN)
	badVersion := AppendOpen(nil, sampleOpen())
	badVersion[HeaderLen] = 5
	for _, c := range []struct {
		name      string
		open      []byte
		then      []byte
		code, sub uint8
	}{
		{"UPDATE before OPEN", early, nil, CodeFSM, SubInOpenSent},
		{"UPDATE before KEEPALIVE", AppendOpen(nil, sampleOpen()), early, CodeFSM, SubInOpenConfirm},
		{"version 5", badVersion, nil, CodeOpen, SubVersion},
		{"noise", bytes.Repeat([]byte("GET / "), 5), nil, CodeHeader, SubNotSynchronized},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, sampleOpen())
			r.expect(TypeOpen)
			r.write(c.open)
			if c.then != nil {
				r.expect(TypeKeepalive)
				r.write(c.then)
			}
			r.expectNotification(c.code, c.sub)
			if r.end() == nil {
				t.Error("no reason")
			}
		})
	}
}

func TestSilentConnectionIsClosed(t *testing.T) {
	t.Parallel()
	r := newRig(t, sampleOpen())
	r.expect(TypeOpen)
	r.clock.Await(1)
	r.clock.Advance(openWait)
	if r.end() == nil {
		t.Error("a connection without an OPEN is kept")
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	badLength := AppendKeepalive(nil)
	badLength[17] = 18
	for _, c := range []struct {
		name      string
		do        func(*rig, *Session)
		code, sub uint8
	}{
		{"closed by us", func(_ *rig, s *Session) { s.Close(Cease(SubResources, "too slow")) }, CodeCease, SubResources},
		{"second OPEN", func(r *rig, _ *Session) { r.write(AppendOpen(nil, sampleOpen())) }, CodeFSM, SubInEstablished},
		{"bad length", func(r *rig, _ *Session) { r.write(badLength) }, CodeHeader, SubBadLength},
		{"plugin's verdict", func(r *rig, _ *Session) {
			r.plugin.answer = &Notification{Code: CodeUpdate, Sub: SubAttributeList}
			r.write(AppendEndOfRIB(nil, route.EVPN))
		}, CodeUpdate, SubAttributeList},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, sampleOpen())
			c.do(r, r.establish())
			r.expectNotification(c.code, c.sub)
		})
	}
}

func TestNotificationEndsTheSession(t *testing.T) {
	t.Parallel()
	r := newRig(t, sampleOpen())
	r.establish()
	r.write(append(AppendEndOfRIB(nil, route.EVPN), AppendNotification(nil, Cease(SubHardReset, ""))...))
	<-r.plugin.received // what came before it still counts
	var note *Notification
	if err := r.end(); !errors.As(err, &note) || !note.Received || !note.HardReset() {
		t.Error(err)
	}
}

// TestPeerDialsAgain: a Peer comes back after every loss, and says Restarted as its
// Config says.
func TestPeerDialsAgain(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := clock.NewManual(time.Unix(1e9, 0))
	plugin := newRecorder()
	ctx, cancel := context.WithCancel(context.Background())
	states := make(chan State, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Peer{
			Dial:   func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) },
			Config: func() Config { return Config{Open: sampleOpen(), Clock: c, Plugin: plugin} },
			State:  func(s State) { states <- s },
		}.Run(ctx)
	}()
	for range 3 {
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		r := &rig{t: t, clock: c, plugin: plugin, other: conn}
		r.establish()
		conn.Close()
		<-plugin.closed
		c.Await(1)
		c.Advance(2 * retryWait)
	}
	cancel()
	<-done
	for _, want := range []State{Connect, OpenSent, OpenConfirm, Established, Idle, Connect} {
		if got := <-states; got != want {
			t.Errorf("state %s, want %s", got, want)
		}
	}
}

package reflector

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

// station is a plain BGP client for load tests: it sends bytes that were made
// before, and counts the routes that it is sent.
type station struct {
	address netip.Addr
	send    [][]byte // chunks of whole messages, not yet sent
	routes  atomic.Int64
	session *bgp.Session
	ready   chan struct{}
	closed  chan error
	mu      sync.Mutex
	waiting int64 // routes at which reached is closed
	reached chan struct{}
	deaf    chan struct{} // when not nil: Received blocks until it is closed
	rib     *rib          // when not nil: what was received, in full
	open    bgp.Open
}

func newStation(a netip.Addr) *station {
	return &station{
		address: a, ready: make(chan struct{}), closed: make(chan error, 1),
		open: bgp.Open{AS: 100, Hold: 90 * time.Second, RouterID: a, Families: []route.Family{route.EVPN}},
	}
}

// connect runs one session to the reflector at addr until ctx ends.
func (s *station) connect(ctx context.Context, addr string) error {
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.address, 0)), Timeout: 5 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return bgp.Accept(ctx, conn, bgp.Config{Open: s.open, Clock: clock.Real{}, Plugin: s})
}

// Opened accepts every reflector.
func (s *station) Opened(*bgp.Session) *bgp.Notification { return nil }

// Established tells who waits for ready.
func (s *station) Established(b *bgp.Session) {
	s.session = b
	close(s.ready)
}

// Received counts.
func (s *station) Received(_ *bgp.Session, messages []byte) *bgp.Notification {
	if s.deaf != nil {
		<-s.deaf
	}
	if s.rib != nil {
		s.rib.take(messages)
	}
	n := int64(0)
	for t, body := range bgp.Messages(messages) {
		if t == bgp.TypeUpdate {
			n += announced(body)
		}
	}
	if total := s.routes.Add(n); n > 0 {
		s.mu.Lock()
		if s.reached != nil && total >= s.waiting {
			close(s.reached)
			s.reached = nil
		}
		s.mu.Unlock()
	}
	return nil
}

// expect returns a channel that is closed when n routes have been received.
func (s *station) expect(n int64) <-chan struct{} {
	c := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.routes.Load() >= n {
		close(c)
		return c
	}
	s.waiting, s.reached = n, c
	return c
}

// announced counts the NLRIs of MP_REACH_NLRI, wherever it stands.
func announced(body []byte) (n int64) {
	attrs := body[4+int(binary.BigEndian.Uint16(body)):]
	for len(attrs) > 0 {
		a, rest, err := route.NextAttr(attrs)
		if err != nil {
			return n
		}
		if a.Type == route.AttrReach && a.Value[2] == route.EVPN.SAFI() {
			for b := a.Value[5+int(a.Value[3]):]; len(b) >= 2; b = b[2+int(b[1]):] {
				n++
			}
		}
		attrs = rest
	}
	return n
}

// Pull sends what there is.
func (s *station) Pull(_ *bgp.Session, bufs net.Buffers) (net.Buffers, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.send), 4)
	bufs = append(bufs, s.send[:n]...)
	s.send = s.send[n:]
	return bufs, n
}

// Closed keeps the reason.
func (s *station) Closed(_ *bgp.Session, err error) { s.closed <- err }

// offer makes the session send chunks.
func (s *station) offer(chunks [][]byte) {
	s.mu.Lock()
	s.send = append(s.send, chunks...)
	s.mu.Unlock()
	s.session.Wake()
}

// load encodes n MAC routes of one sender, spread over domains so that attribute
// sets vary as they do in a fabric, in chunks of about 64 KiB.
func load(sender netip.Addr, n int) [][]byte {
	const domains = 64
	var chunks [][]byte
	p := bgp.Packer{}
	for d := range domains {
		r := route.MAC{Domain: inventory.DomainID(d + 1), NextHop: sender, PortLabel: inventory.PortLabelFirst}
		p.Reach(route.EVPN, sender, route.AppendAttrs(nil, r))
		for i := d; i < n; i += domains {
			four := sender.As4()
			r.MAC = inventory.MAC{0x02, four[3], byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
			p.Add(route.AppendNLRI(nil, r))
		}
		p.End()
		if len(p.Buf) > 64<<10 || d == domains-1 {
			chunks = append(chunks, p.Buf)
			p = bgp.Packer{}
		}
	}
	return chunks
}

// run is one load: senders and receivers against the reflector at addr.
type run struct {
	addr               string
	senders, receivers int
	routes             int // of all senders together
	prefix             [2]byte
}

func (r run) address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{r.prefix[0], r.prefix[1], 130, byte(i + 1)})
}

// measure returns the time from the first byte sent until every session has every
// route of the others, and the time that one more route then takes to all.
func (r run) measure(ctx context.Context) (total, single time.Duration, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer cancel()
	var all []*station
	for i := range r.senders + r.receivers {
		s := newStation(r.address(i))
		all = append(all, s)
		sessions.Go(func() {
			if err := s.connect(ctx, r.addr); err != nil {
				select {
				case s.closed <- err:
				default:
				}
			}
		})
	}
	for _, s := range all {
		select {
		case <-s.ready:
		case err := <-s.closed:
			return 0, 0, fmt.Errorf("session of %v: %w", s.address, err)
		case <-time.After(20 * time.Second):
			return 0, 0, fmt.Errorf("session of %v is not established", s.address)
		}
	}
	each := r.routes / r.senders
	var loads [][][]byte
	var done []<-chan struct{}
	for i, s := range all {
		want := int64(each * r.senders)
		if i < r.senders {
			loads = append(loads, load(s.address, each))
			want -= int64(each)
		}
		done = append(done, s.expect(want))
	}
	begin := time.Now()
	for i, chunks := range loads {
		all[i].offer(chunks)
	}
	if err := wait(all, done); err != nil {
		return 0, 0, err
	}
	total = time.Since(begin)

	single, err = oneByOne(all)
	return total, single, err
}

// oneByOne returns the median time of one more route to all sessions.
func oneByOne(all []*station) (time.Duration, error) {
	const rounds = 21
	var took []time.Duration
	for i := range rounds {
		var done []<-chan struct{}
		for _, s := range all[1:] {
			done = append(done, s.expect(s.routes.Load()+1))
		}
		r := route.MAC{Domain: 1, MAC: inventory.MAC{0x06, 0, 0, 0, 0, byte(i)}, NextHop: all[0].address, PortLabel: inventory.PortLabelFirst}
		p := bgp.Packer{}
		p.Reach(route.EVPN, r.NextHop, route.AppendAttrs(nil, r))
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		begin := time.Now()
		all[0].offer([][]byte{p.Buf})
		if err := wait(all[1:], done); err != nil {
			return 0, err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took[rounds/2], nil
}

func wait(all []*station, done []<-chan struct{}) error {
	late := time.After(60 * time.Second)
	for i, c := range done {
		select {
		case <-c:
		case <-late:
			return fmt.Errorf("%v has only %d routes", all[i].address, all[i].routes.Load())
		}
	}
	return nil
}

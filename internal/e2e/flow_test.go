package e2e

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab"
	"oneswitch/internal/lab/wiring"
)

// flow sends numbered echo requests at a steady rate from one host and counts
// what does not come back.
type flow struct {
	t    *testing.T
	conn net.PacketConn
	to   net.Addr

	sent    atomic.Uint64
	stop    chan struct{}
	once    sync.Once // closes stop
	running sync.WaitGroup

	mu     sync.Mutex // guards what follows; index is the frame's number
	sentAt []time.Time
	back   []time.Time
}

// interval gives 1,000 frames a second: a gap is seen to a millisecond.
const interval = time.Millisecond

// flow starts a flow between a host and an address.
func (f *fabric) flow(from string, to netip.Addr) *flow {
	f.t.Helper()
	var conn net.PacketConn
	err := wiring.Do(lab.Namespace(f.state, from), func() (err error) {
		conn, err = net.ListenPacket("ip4:icmp", "0.0.0.0")
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	raw, err := conn.(*net.IPConn).SyscallConn()
	if err != nil {
		f.t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		// A busy machine must not lose answers in the prober's own queue.
		if err := unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 8<<20); err != nil {
			f.t.Error(err)
		}
	})
	if err != nil {
		f.t.Fatal(err)
	}
	fl := &flow{t: f.t, conn: conn, to: &net.IPAddr{IP: to.AsSlice()}, stop: make(chan struct{})}
	fl.running.Go(fl.receive)
	fl.running.Go(fl.send)
	return fl
}

const flowID = 0x0515

// send keeps the rate on average: a tick that came late sends all that is due.
func (fl *flow) send() {
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	began := time.Now()
	for {
		select {
		case <-fl.stop:
			return
		case <-ticks.C:
		}
		for due := uint64(time.Since(began) / interval); fl.sent.Load() < due; fl.sent.Add(1) {
			fl.mu.Lock()
			fl.sentAt = append(fl.sentAt, time.Now())
			fl.mu.Unlock()
			// A frame that the host's own kernel refuses counts as sent: it will be missed.
			_, _ = fl.conn.WriteTo(echo(fl.sent.Load()), fl.to)
		}
	}
}

func echo(n uint64) []byte {
	b := make([]byte, 16, 64)
	b[0] = 8
	binary.BigEndian.PutUint16(b[4:], flowID)
	binary.BigEndian.PutUint16(b[6:], uint16(n))
	binary.BigEndian.PutUint64(b[8:], n)
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(b[2:], ^uint16(sum))
	return b
}

func (fl *flow) receive() {
	buf := make([]byte, 2048)
	for {
		n, from, err := fl.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		// A raw socket hears the answers to every flow of its host.
		if n < 16 || from.String() != fl.to.String() || buf[0] != 0 || binary.BigEndian.Uint16(buf[4:]) != flowID {
			continue
		}
		seq := binary.BigEndian.Uint64(buf[8:])
		fl.mu.Lock()
		for uint64(len(fl.back)) <= seq {
			fl.back = append(fl.back, time.Time{})
		}
		fl.back[seq] = time.Now()
		fl.mu.Unlock()
	}
}

// loss is the account of a flow.
type loss struct {
	sent, lost int
	longest    time.Duration // from the last frame that came back before a run of losses to the first one after it
	since      time.Time     // when the longest gap began; to be found in the logs
}

// quiet stops sending.
func (fl *flow) quiet() { fl.once.Do(func() { close(fl.stop) }) }

// finish stops the flow, gives the last answers a second, and counts.
func (fl *flow) finish() loss {
	fl.t.Helper()
	fl.quiet()
	sent := int(fl.sent.Load())
	await(fl.t, 5*time.Second, "the last answer, or a second of silence", fl.settled())
	if err := fl.conn.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		fl.t.Error(err)
	}
	fl.running.Wait()
	out := loss{sent: sent}
	lastGood, broken := fl.sentAt[0], false
	for i := range sent {
		lost := i >= len(fl.back) || fl.back[i].IsZero()
		if gap := fl.sentAt[i].Sub(lastGood); (lost || broken) && gap > out.longest {
			out.longest, out.since = gap, lastGood
		}
		if lost {
			out.lost++
			broken = true
			continue
		}
		lastGood, broken = fl.sentAt[i], false
	}
	return out
}

// settled holds when every frame has been answered or nothing has come for a
// second.
func (fl *flow) settled() func() bool {
	began := time.Now()
	return func() bool {
		fl.mu.Lock()
		defer fl.mu.Unlock()
		all := len(fl.back) >= int(fl.sent.Load())
		if n := len(fl.back); n > 0 && all {
			return !fl.back[n-1].IsZero() && time.Since(began) > 100*time.Millisecond
		}
		return time.Since(began) > time.Second
	}
}

package logs

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"oneswitch/internal/syslog"
)

// port is where syslog listens (RFC 5426 section 3.3).
const port = 514

// sender sends to one host.
type sender struct {
	Host
	log   *slog.Logger
	queue chan syslog.Message
	lost  atomic.Uint64
}

func newSender(h Host, log *slog.Logger) *sender {
	h.Port = cmp.Or(h.Port, port)
	return &sender{Host: h, log: log, queue: make(chan syslog.Message, queue)}
}

func (s *sender) post(m syslog.Message) {
	select {
	case s.queue <- m:
	default:
		s.lost.Add(1)
	}
}

// stop ends the sender once it has sent what waits. Nobody posts after it.
func (s *sender) stop() { close(s.queue) }

// retry is how long a host that cannot be reached is left alone.
const retry = 5 * time.Second

// run sends until stop. A name is resolved anew after every failure.
func (s *sender) run(ctx context.Context) {
	var conn net.Conn
	var failed time.Time
	defer func() {
		if conn != nil {
			_ = conn.Close() // a datagram is sent or it is not
		}
	}()
	for m := range s.queue {
		if conn == nil {
			if time.Since(failed) < retry {
				s.lost.Add(1)
				continue
			}
			var err error
			if conn, err = s.dial(ctx); err != nil {
				s.log.Warn("syslog host not reached", "host", s.Address, "err", err)
				s.lost.Add(1)
				failed = time.Now()
				continue
			}
		}
		number := m.Number()
		if s.Facility >= 0 {
			number = s.Facility
		}
		// A refusal is that of an earlier datagram: this one may still arrive.
		if _, err := conn.Write([]byte(m.Datagram(s.Form, number, s.Prefix))); err != nil {
			s.lost.Add(1)
		}
	}
}

func (s *sender) dial(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: retry}
	if s.Source.IsValid() {
		d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.Source, 0))
	}
	return d.DialContext(ctx, "udp", net.JoinHostPort(s.Address, strconv.Itoa(int(s.Port))))
}

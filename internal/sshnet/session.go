package sshnet

import (
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
)

// Kind is what a session channel was opened for.
type Kind uint8

// The kinds. An exec of `netconf` or of `xml-mode netconf need-trailer` (the
// fallback of ncclient, and the Junos form on port 22) is KindNETCONF as well.
const (
	KindShell Kind = iota + 1
	KindExec
	KindNETCONF
)

// Window is the size of a terminal in characters.
type Window struct{ Cols, Rows int }

// Session is one authenticated session channel. It is a stream: reads come from
// the client, writes go to it.
type Session struct {
	kind    Kind
	channel ssh.Session
	term    terminal
	abandon func()        // closes the whole connection
	over    chan struct{} // closed when Serve has returned

	exit    sync.Once
	exitErr error
}

// closeGrace is how long a peer may take to agree that a channel is closed. Until
// then reads and writes of the channel may hang: SSH has no other way to end them
// than to end the connection.
const closeGrace = 5 * time.Second

func newSession(channel ssh.Session, term terminal, abandon func()) *Session {
	return &Session{kind: kindOf(channel), channel: channel, term: term, abandon: abandon, over: make(chan struct{})}
}

func kindOf(channel ssh.Session) Kind {
	if channel.Subsystem() == subsystemNETCONF {
		return KindNETCONF
	}
	switch strings.Join(strings.Fields(channel.RawCommand()), " ") {
	case "":
		return KindShell
	case "netconf", "xml-mode netconf need-trailer", "xml-mode netconf":
		return KindNETCONF
	}
	return KindExec
}

// Kind says what the channel was opened for.
func (s *Session) Kind() Kind { return s.kind }

// User is the name that was authenticated.
func (s *Session) User() string { return s.channel.User() }

// Command is the command line of an exec as it was sent.
func (s *Session) Command() string { return s.channel.RawCommand() }

// Remote is the address of the client; invalid when the transport has none.
func (s *Session) Remote() netip.AddrPort { return addrPort(s.channel.RemoteAddr()) }

// PTY says whether the client asked for a terminal, and its name (TERM).
func (s *Session) PTY() (term string, ok bool) { return s.term.name, s.term.windows != nil }

// Windows carries the sizes of the terminal, the first at once; sizes that were
// overtaken are left out. It is nil without a terminal and closed when the session
// ends. A side may be 0: the client does not know.
func (s *Session) Windows() <-chan Window { return s.term.windows }

// Stderr is the extended data stream.
func (s *Session) Stderr() io.Writer { return s.channel.Stderr() }

// Read reads what the client sends.
func (s *Session) Read(p []byte) (int, error) { return s.channel.Read(p) }

// Write sends to the client.
func (s *Session) Write(p []byte) (int, error) { return s.channel.Write(p) }

// Close ends the session with the exit status 0, unless Exit gave another before.
func (s *Session) Close() error { return s.Exit(0) }

// Exit reports the exit status and closes the channel. Only the first call counts.
// A peer that does not go along loses its connection.
func (s *Session) Exit(status int) error {
	s.exit.Do(func() {
		time.AfterFunc(closeGrace, func() {
			select {
			case <-s.over:
			default:
				s.abandon()
			}
		})
		s.exitErr = s.channel.Exit(status)
	})
	return s.exitErr
}

// Serve answers one session. The channel is closed when it returns; without a
// call of Exit the status is 0. The context ends with the connection.
type Serve func(ctx context.Context, s *Session)

func addrPort(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{} // a pipe or a local socket
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

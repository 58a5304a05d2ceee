package sshnet

import (
	"context"
	"io"
	"net/netip"
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
	user    string
	command string
	key     PublicKey
	remote  netip.AddrPort
	stream  io.ReadWriteCloser
	term    string
	windows <-chan Window
	environ []string
	exit    func(int) error
	stderr  io.Writer
}

// Kind says what the channel was opened for.
func (s *Session) Kind() Kind { return s.kind }

// User is the name that was authenticated.
func (s *Session) User() string { return s.user }

// Command is the command line of an exec as it was sent.
func (s *Session) Command() string { return s.command }

// Remote is the address of the client; invalid when the transport has none.
func (s *Session) Remote() netip.AddrPort { return s.remote }

// PTY says whether the client asked for a terminal, and its name (TERM).
func (s *Session) PTY() (term string, ok bool) { return s.term, s.windows != nil }

// Windows carries the sizes of the terminal, the first at once. It is nil without
// a terminal, closed when the session ends, and needs no reader to make progress.
func (s *Session) Windows() <-chan Window { return s.windows }

// Stderr is the extended data stream.
func (s *Session) Stderr() io.Writer { return s.stderr }

// Read reads what the client sends.
func (s *Session) Read(p []byte) (int, error) { return s.stream.Read(p) }

// Write sends to the client.
func (s *Session) Write(p []byte) (int, error) { return s.stream.Write(p) }

// Close closes the channel.
func (s *Session) Close() error { return s.stream.Close() }

// Exit reports the exit status and closes the channel.
func (s *Session) Exit(status int) error { return s.exit(status) }

// Serve answers one session. The channel is closed when it returns; without a
// call of Exit the status is 0. The context ends with the connection.
type Serve func(ctx context.Context, s *Session)

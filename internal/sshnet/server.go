package sshnet

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// Login is one attempt to authenticate.
type Login struct {
	User   string
	Remote netip.AddrPort
}

// Config is what a Server needs. Zero durations and numbers mean the defaults in
// brackets.
type Config struct {
	HostKeys  []Key
	Password  func(l Login, password string) bool // nil: no password, no keyboard-interactive
	PublicKey func(l Login, key PublicKey) bool   // nil: no public keys
	Serve     Serve
	Banner    string        // shown before authentication; must hold no prompt sign (northbound.md 0.10)
	Grace     time.Duration // login grace [20 s]
	Idle      time.Duration // without traffic; 0: for ever
	Conns     int           // connections at a time [256]
	PerSource int           // connections of one address that have not logged in yet [32]
	Channels  int           // sessions of one connection [8]
	Log       *slog.Logger
}

// Server serves SSH.
type Server struct{ cfg Config }

// NewServer checks cfg and returns a server.
func NewServer(cfg Config) (*Server, error) { return &Server{cfg: cfg}, nil }

// Serve accepts connections on l until ctx ends; then it closes l and every
// connection and waits for their sessions to end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error { return nil }

// ServeConn serves one connection, accepted or dialled, until it or ctx ends.
func (s *Server) ServeConn(ctx context.Context, conn net.Conn) error { return nil }

package netconf

import (
	"context"
	"encoding/xml"
	"io"
	"log/slog"
	"time"
)

// Peer says who is at the other end of a session. The transport has made sure of
// it; this package only carries it to the dispatcher.
type Peer struct {
	User   string
	Class  string // login class; super-user may kill the sessions of others
	Remote string // address, or the name of the local socket
	Via    string // ssh, local, callhome
}

// ClassSuperUser is the class that may do everything.
const ClassSuperUser = "super-user"

// Session is a session as the dispatcher sees it.
type Session struct {
	ID    uint32
	Peer  Peer
	Since time.Time
}

// Dispatcher carries out the operations of one session, one at a time.
type Dispatcher interface {
	// Dispatch carries out one operation. The context ends when the peer is gone.
	Dispatch(ctx context.Context, op Operation) Reply
	// Close is called once, after the last Dispatch returned: release locks,
	// drop uncommitted changes.
	Close()
}

// Config is what a Server needs.
type Config struct {
	Capabilities []string                  // beside Base10; with Base11 among them chunks are offered
	ReplyAttrs   []xml.Attr                // namespace declarations on every rpc-reply, such as xmlns:junos
	Open         func(*Session) Dispatcher // called after both hellos
	Limits       Limits
	WriteTimeout time.Duration // 0: DefaultWriteTimeout
	HelloTimeout time.Duration // 0: 20 s
	Log          *slog.Logger
}

// Server serves NETCONF on streams that somebody else has accepted.
type Server struct{ cfg Config }

// NewServer returns a server without sessions.
func NewServer(cfg Config) *Server { return &Server{cfg: cfg} }

// Serve runs one session on rw until it ends and then closes rw. It returns nil
// when the peer closed the session in an orderly way or ctx ended.
func (s *Server) Serve(ctx context.Context, rw io.ReadWriteCloser, peer Peer) error { return nil }

// Sessions returns the open sessions, oldest first.
func (s *Server) Sessions() []Session { return nil }

// Kill ends the session with that id and says whether there was one.
func (s *Server) Kill(id uint32) bool { return false }

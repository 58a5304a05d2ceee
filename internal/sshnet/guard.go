package sshnet

import (
	"encoding/binary"

	gossh "golang.org/x/crypto/ssh"
)

// What one session channel may ask for (reliability.md A15, A16).
const (
	maxRequest = 4 << 10 // octets of one channel request: exec, env, pty-req
	maxEnv     = 32      // environment variables
	maxTerm    = 64      // octets of the name of a terminal
	maxSide    = 1<<15 - 1
)

// terminal is what a client asked for with pty-req.
type terminal struct {
	name    string
	windows chan Window // the newest size that nobody has looked at; nil without a terminal
}

// guarded stands between the peer and gliderlabs/ssh. That library grants agent
// forwarding by itself, keeps any number of environment variables, takes an exec
// that it cannot parse for a shell, panics on a crafted length in pty-req (v0.3.8:
// parseString adds 4 to a uint32 of the peer's), races on window changes and stops
// serving a channel whose owner does not take them. So requests about the terminal
// end here, and of the others only well-formed ones pass.
type guarded struct {
	gossh.NewChannel
	term terminal // written before the request that starts the session passes
}

// Accept accepts the channel and returns the requests that are left to the library.
func (g *guarded) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	ch, in, err := g.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	out := make(chan *gossh.Request)
	go g.sift(in, out) // ends with the channel; the library reads out to its end
	return ch, out, nil
}

func (g *guarded) sift(in <-chan *gossh.Request, out chan<- *gossh.Request) {
	defer close(out)
	defer func() {
		if g.term.windows != nil {
			close(g.term.windows)
		}
	}()
	env, started := 0, false
	for req := range in {
		ok := len(req.Payload) <= maxRequest
		pass := false
		switch req.Type {
		case "shell", "exec", "subsystem":
			pass = ok && !started && wellFormed(req)
			started = started || pass
		case "env":
			env++
			pass = ok && !started && env <= maxEnv && wellFormed(req)
		case "pty-req":
			ok = ok && !started && g.open(req.Payload)
		case "window-change":
			ok = ok && g.resize(req.Payload)
		default: // agents, X11, signals
			ok = false
		}
		switch {
		case pass:
			out <- req
		case req.Type == "pty-req" || req.Type == "window-change":
			_ = req.Reply(ok, nil) // fails only when the channel is gone
		default:
			_ = req.Reply(false, nil) // as above
		}
	}
}

func wellFormed(req *gossh.Request) bool {
	if req.Type == "shell" {
		return len(req.Payload) == 0
	}
	s, rest, ok := cutString(req.Payload)
	if ok && req.Type == "env" {
		_, rest, ok = cutString(rest)
	}
	return ok && len(s) > 0 && len(rest) == 0
}

// open is pty-req (RFC 4254 section 6.2).
func (g *guarded) open(payload []byte) bool {
	name, rest, ok := cutString(payload)
	if !ok || len(name) > maxTerm || len(rest) < 16 || g.term.windows != nil {
		return false
	}
	if _, tail, ok := cutString(rest[16:]); !ok || len(tail) > 0 { // the terminal modes are not ours to follow
		return false
	}
	g.term = terminal{name: string(name), windows: make(chan Window, 1)}
	g.term.windows <- window(rest)
	return true
}

// resize is window-change (RFC 4254 section 6.7).
func (g *guarded) resize(payload []byte) bool {
	if len(payload) != 16 || g.term.windows == nil {
		return false
	}
	select {
	case <-g.term.windows: // outdated
	default:
	}
	g.term.windows <- window(payload) // has room: only this goroutine sends
	return true
}

// window reads columns and rows; what no terminal has becomes the nearest that one may.
func window(b []byte) Window {
	side := func(b []byte) int { return int(min(binary.BigEndian.Uint32(b), maxSide)) }
	return Window{Cols: side(b), Rows: side(b[4:])}
}

// cutString reads an SSH string (RFC 4251 section 5).
func cutString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if n > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

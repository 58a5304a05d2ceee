package netconf

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// drainTime is how long requests that are already here may take once the client
// has closed its side: `ssh host netconf <file` does so at once, and so does a
// client that died.
const drainTime = 10 * time.Second

var (
	errKilled = errors.New("session was killed")
	errClosed = errors.New("session was closed")
	errGone   = errors.New("client has gone")
)

// conversation is one session at work.
//
//	reader goroutine --messages--> run: parse, dispatch, write, in order
type conversation struct {
	server  *Server
	session *Session
	rw      io.ReadWriteCloser
	framer  *Framer
	cancel  context.CancelCauseFunc
	used    atomic.Int64 // when the last message came, Unix nanoseconds
}

// run exchanges hellos and then answers requests until the session ends.
func (c *conversation) run(ctx context.Context) error {
	shut := sync.OnceFunc(func() { _ = c.rw.Close() }) // what there was to say, a read or a write says
	defer shut()
	stop := context.AfterFunc(ctx, shut)
	defer stop()
	if err := c.hello(); err != nil {
		return c.outcome(ctx, err)
	}
	dispatcher := c.server.cfg.Open(c.session)
	defer dispatcher.Close()

	messages := make(chan []byte)
	var readErr error
	var reader sync.WaitGroup
	reader.Go(func() { readErr = c.read(ctx, messages) })
	err := c.answer(ctx, messages, dispatcher)
	c.cancel(err)
	shut()
	reader.Wait()
	if err == nil {
		err = readErr
	}
	return c.outcome(ctx, err)
}

// outcome tells an orderly end, which is no error, from a broken session.
func (c *conversation) outcome(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err == nil || errors.Is(err, errClosed) || errors.Is(err, io.EOF) ||
		errors.Is(cause, errKilled) || errors.Is(cause, context.Canceled) {
		return nil
	}
	if cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return fmt.Errorf("netconf session %d of %s: %w", c.session.ID, c.session.Peer.User, err)
}

// hello sends ours first and at once, then waits for theirs (traps 3 and 9).
func (c *conversation) hello() error {
	cfg := c.server.cfg
	if err := c.write(serverHello(cfg.Capabilities, c.session.ID)); err != nil {
		return err
	}
	timer := time.AfterFunc(cfg.HelloTimeout, func() { c.cancel(errGone) })
	defer timer.Stop()
	msg, err := c.framer.ReadMessage()
	if err != nil {
		return err
	}
	theirs, err := readHello(msg, cfg.Limits)
	if err != nil {
		return err
	}
	if theirs.SessionID != nil {
		return errors.New("hello of a client carries a session-id") // RFC 6241 section 8.1
	}
	if slices.Contains(cfg.Capabilities, Base11) && slices.Contains(theirs.Capabilities, Base11) {
		c.framer.Chunked()
	}
	return nil
}

// read passes messages on until the stream ends. At most one message waits beside
// the one that is worked on; further ones stay in the peer's hands.
func (c *conversation) read(ctx context.Context, messages chan<- []byte) error {
	defer close(messages)
	for {
		msg, err := c.framer.ReadMessage()
		switch {
		case errors.Is(err, io.EOF):
			timer := time.AfterFunc(drainTime, func() { c.cancel(errGone) })
			context.AfterFunc(ctx, func() { timer.Stop() })
			return err
		case err != nil:
			c.cancel(err)
			return err
		}
		select {
		case messages <- msg:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// answer works through the messages. It returns nil when there are no more.
func (c *conversation) answer(ctx context.Context, messages <-chan []byte, d Dispatcher) error {
	for msg := range messages {
		c.used.Store(time.Now().UnixNano())
		reply, attrs, end := c.handle(ctx, msg, d)
		if err := c.write(reply.marshal(attrs, c.server.cfg.ReplyAttrs)); err != nil {
			return err
		}
		if end != nil {
			return end
		}
	}
	return nil
}

// handle answers one message; end is not nil when the session is over with it.
func (c *conversation) handle(ctx context.Context, msg []byte, d Dispatcher) (reply Reply, echo []xml.Attr, end error) {
	req, err := parseRequest(msg, c.server.cfg.Limits)
	if err != nil {
		if answer, ok := errors.AsType[RPCError](err); ok {
			return Fail(answer), req.attrs, nil
		}
		return Fail(RPCError{Type: "rpc", Tag: "malformed-message", Message: err.Error()}), req.attrs, err
	}
	for _, op := range req.ops {
		next := Reply{}
		if ours(op.Name.Space) && op.Name.Local == "close-session" {
			next, end = Done(), errClosed
		} else if ours(op.Name.Space) && op.Name.Local == "kill-session" {
			next = c.kill(op)
		} else {
			next = c.dispatch(ctx, op, d)
		}
		reply = reply.join(next)
		if end != nil || reply.Err() != nil {
			break
		}
	}
	return reply, req.attrs, end
}

// dispatch keeps a panic of one operation from taking the process along.
func (c *conversation) dispatch(ctx context.Context, op Operation, d Dispatcher) (reply Reply) {
	defer func() {
		if r := recover(); r != nil {
			c.server.cfg.Log.Error("netconf operation panicked", "rpc", op.Name.Local, "user", c.session.Peer.User,
				"panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			reply = Fail(Errorf("internal error in %s; the log of this component tells more", op.Name.Local))
		}
	}()
	return d.Dispatch(ctx, op)
}

// kill is kill-session (RFC 6241 section 7.9): one's own sessions, or any for a
// super-user (reliability.md A24), but never the session that asks.
func (c *conversation) kill(op Operation) Reply {
	var args struct {
		ID string `xml:"session-id"`
	}
	if err := xml.Unmarshal(op.XML, &args); err != nil {
		return Fail(Errorf("kill-session: %v", err))
	}
	id, err := strconv.ParseUint(strings.TrimSpace(args.ID), 10, 32)
	if err != nil || uint32(id) == c.session.ID {
		return Fail(RPCError{Tag: "invalid-value", Message: "invalid session-id", BadElement: "session-id"})
	}
	victim, ok := c.server.peerOf(uint32(id))
	if !ok {
		return Fail(RPCError{Tag: "invalid-value", Message: fmt.Sprintf("session %d does not exist", id), BadElement: "session-id"})
	}
	if me := c.session.Peer; me.Class != ClassSuperUser && me.User != victim.User {
		return Fail(RPCError{Tag: "access-denied", Message: "permission denied", BadElement: "kill-session"})
	}
	c.server.Kill(uint32(id))
	return Done()
}

// write sends one message; a peer that does not read loses the session.
func (c *conversation) write(msg []byte) error {
	timer := time.AfterFunc(c.server.cfg.WriteTimeout, func() { c.cancel(errGone) })
	defer timer.Stop()
	return c.framer.WriteMessage(msg)
}

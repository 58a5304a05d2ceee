package netconf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	gonetconf "github.com/Juniper/go-netconf/netconf"
)

// transport is the stream of a go-netconf session. The library's own transport
// corrupts chunked replies, holds what a peer sends without a bound and cannot
// give up on one that is silent (dependencies.md 5).
//
// Until listen is called it is used by one goroutine; then messages are read by
// one of its own, so that the end of the session is seen while nobody calls.
type transport struct {
	rw     io.ReadWriteCloser
	framer *Framer
	lim    Limits

	ctx      context.Context // of the call that is running; set by the client under its lock
	sent     string          // message-id of the request last sent: the library does not compare it
	received []byte          // the reply last received, for the client
	helloErr error           // the library drops that as well
	hello    hello

	messages chan []byte // nil until listen
	done     chan struct{}
	busy     sync.WaitGroup // reading and closing
	shut     func(error)
	cause    error // why the session ended; set before done is closed
}

var _ gonetconf.Transport = (*transport)(nil)

func newTransport(rw io.ReadWriteCloser, lim Limits) *transport {
	t := &transport{rw: rw, framer: NewFramer(rw, lim.Message), lim: lim, done: make(chan struct{})}
	var once sync.Once
	t.shut = func(cause error) {
		once.Do(func() {
			t.cause = cause
			close(t.done)
			// A peer that has stopped to read can hold up Close, but not the caller.
			t.busy.Go(func() { _ = t.rw.Close() }) // the cause is the first thing that went wrong
		})
	}
	return t
}

// listen starts to read. It is called after the hellos, when the framing is settled.
func (t *transport) listen() {
	t.messages = make(chan []byte)
	t.busy.Go(func() {
		for {
			msg, err := t.framer.ReadMessage()
			if err != nil {
				t.shut(fmt.Errorf("session ended: %w", err))
				return
			}
			select {
			case t.messages <- msg:
			case <-t.done:
				return
			}
		}
	})
}

// Send writes one request; the end of the call's context closes the session.
func (t *transport) Send(msg []byte) error {
	defer t.watch()()
	t.sent = messageID(msg)
	if err := t.framer.WriteMessage(msg); err != nil {
		t.shut(err)
		return t.cause
	}
	return nil
}

// Receive waits for a reply. It stays here for the client, who reads it once
// (parseReply); the library would read all of it only to find the errors that the
// client finds as well, so it is told that there is one.
func (t *transport) Receive() ([]byte, error) {
	msg, err := t.receive()
	if err != nil {
		return nil, err
	}
	t.received = msg
	return []byte("<rpc-reply/>"), nil
}

// receive waits for one message; the end of the call's context closes the session.
func (t *transport) receive() ([]byte, error) {
	defer t.watch()()
	msg, err := t.next()
	if err == nil {
		err = guard(msg, t.lim) // before any parser sees it
	}
	if err != nil {
		t.shut(err)
		return nil, t.cause
	}
	return msg, nil
}

func (t *transport) next() ([]byte, error) {
	if t.messages == nil {
		return t.framer.ReadMessage()
	}
	select {
	case msg := <-t.messages:
		return msg, nil
	case <-t.done:
		return nil, t.cause
	}
}

// messageID returns the message-id of a request as the library wrote it; a hello
// has none.
func messageID(msg []byte) string {
	_, rest, _ := bytes.Cut(msg, []byte(`message-id="`))
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(id)
}

// watch closes the session when the call's context ends before the returned
// function is called. The late reply could not be told from the next one.
func (t *transport) watch() (stop func()) {
	ctx := t.ctx
	cancel := context.AfterFunc(ctx, func() { t.shut(fmt.Errorf("no answer: %w", context.Cause(ctx))) })
	return func() { cancel() }
}

// Close closes the stream and waits for the goroutines.
func (t *transport) Close() error {
	t.shut(errClosed)
	t.busy.Wait()
	return nil
}

// ReceiveHello reads the server's hello.
func (t *transport) ReceiveHello() (*gonetconf.HelloMessage, error) {
	msg, err := t.receive()
	if err == nil {
		t.hello, err = readHello(msg, t.lim)
	}
	out := &gonetconf.HelloMessage{Capabilities: t.hello.Capabilities}
	if err == nil {
		out.SessionID, err = t.hello.id()
	}
	t.helloErr = errors.Join(t.helloErr, err)
	return out, err
}

// SendHello sends ours.
func (t *transport) SendHello(h *gonetconf.HelloMessage) error {
	b := clientHello(h.Capabilities)
	err := t.Send(b)
	t.helloErr = errors.Join(t.helloErr, err)
	return err
}

// SetVersion settles the framing after both hellos.
func (t *transport) SetVersion(version string) {
	if version == "v1.1" {
		t.framer.Chunked()
	}
}

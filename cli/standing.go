package cli

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/rpc"
)

// askEvery is how often the director is asked for news while nobody types.
const askEvery = 3 * time.Second

// watch asks the director how things stand: when the shell wants to know, before a
// prompt, and by itself, so that news are seen by somebody who does nothing. One
// goroutine, that of run, owns what was seen.
type watch struct {
	director rpc.Caller
	clock    clock.Clock
	tell     func(text string) // shows news while nobody asked
	now      chan chan rpc.Stands
	seen     string
}

// run lives until the context ends, or the director does not answer any more.
func (w *watch) run(ctx context.Context) {
	ticker := w.clock.NewTicker(askEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case reply := <-w.now:
			stands, err := w.ask(ctx)
			if err != nil {
				close(reply)
				return
			}
			reply <- stands
		case <-ticker.C():
			stands, err := w.ask(ctx)
			if err != nil {
				return
			}
			if text := announced(stands); text != "" {
				w.tell(text)
			}
		}
	}
}

// ask sends the request. It waits for its turn behind whatever the user does.
func (w *watch) ask(ctx context.Context) (rpc.Stands, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var out rpc.Stands
	reply, err := rpc.Call(ctx, w.director, rpc.Standing{Since: w.seen})
	if err == nil {
		err = xml.Unmarshal(reply.Body, &out)
	}
	w.seen = orElse(out.Last, w.seen)
	return out, err
}

// announced prints notices as wall(1) does, which is what Junos uses.
func announced(stands rpc.Stands) string {
	var b strings.Builder
	for _, n := range stands.Notices {
		fmt.Fprintf(&b, "\nBroadcast Message from %s@%s\n        (no tty) at %s...\n\n%s\n", n.From, stands.HostName, n.At, n.Text)
	}
	return b.String()
}

// follow starts the watch; the result ends it.
func (s *shell) follow() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{director: s.home.caller, clock: clock.Real{}, tell: s.term.Tell, now: make(chan chan rpc.Stands)}
	ended := make(chan struct{})
	s.watch = w.now
	go func() {
		defer close(ended)
		w.run(ctx)
	}()
	s.unwatched = ended
	return func() {
		cancel()
		<-ended
	}
}

// refresh learns what the prompt shows and prints what was said meanwhile. While the
// connection is taken by a call that was given up, things stand as they stood.
func (s *shell) refresh() {
	if !s.term.Interactive() || s.busy() {
		return
	}
	answer := make(chan rpc.Stands, 1)
	select {
	case s.watch <- answer:
	case <-s.unwatched:
		return
	}
	stands, ok := <-answer
	if !ok {
		return // the next command will say what is wrong
	}
	s.host = orElse(stands.HostName, s.host)
	s.confirmBy = time.Time{}
	if stands.RollbackIn > 0 {
		s.confirmBy = time.Now().Add(time.Duration(stands.RollbackIn) * time.Second)
	}
	if stands.Greeting != "" {
		s.out.Print(strings.TrimRight(stands.Greeting, "\n") + "\n")
	}
	s.out.Print(announced(stands))
}

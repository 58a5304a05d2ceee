package cli

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"sync/atomic"
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
	ended    chan struct{} // closed when nobody answers that any more
	seen     string

	latest atomic.Pointer[rpc.Stands] // what came while nobody asked; taken by the shell
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
			w.latest.Store(&stands)
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
	s.watch = &watch{director: s.home.caller, clock: clock.Real{}, tell: s.term.Tell, now: make(chan chan rpc.Stands), ended: make(chan struct{})}
	go func() {
		defer close(s.watch.ended)
		s.watch.run(ctx)
	}()
	return func() {
		cancel()
		<-s.watch.ended
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
	case s.watch.now <- answer:
	case <-s.watch.ended:
		return
	}
	stands, ok := <-answer
	if !ok {
		return // the next command will say what is wrong
	}
	s.watch.latest.Store(nil) // it is older
	s.learn(stands)
	if stands.Class != s.offer.Class() {
		s.narrow()
	}
	if stands.Greeting != "" {
		s.out.Print(strings.TrimRight(stands.Greeting, "\n") + "\n")
	}
	s.out.Print(announced(stands))
}

// learn takes over what the prompt shows.
func (s *shell) learn(stands rpc.Stands) {
	s.host = orElse(stands.HostName, s.host)
	s.confirmBy = time.Time{}
	if stands.RollbackIn > 0 {
		s.confirmBy = time.Now().Add(time.Duration(stands.RollbackIn) * time.Second)
	}
}

// banner is what stands above the prompt of configuration mode, as things stand now.
func (s *shell) banner() string {
	if stands := s.watch.latest.Swap(nil); stands != nil {
		s.learn(*stands)
	}
	if !s.editing {
		return ""
	}
	return "\n" + s.confirmNotice(time.Now()) + s.level.Banner() + "\n"
}

// narrow asks what is withheld from the user's login class, and offers the rest. While
// nobody answers, what was offered stays so; who types what is withheld is refused.
func (s *shell) narrow() {
	reply, err := s.ask(rpc.Withheld{})
	var w rpc.Withholds
	if err != nil || xml.Unmarshal(reply.Body, &w) != nil {
		return
	}
	s.offer = s.offer.To(w)
	s.home.op = s.offer.Director
	if s.here.component == "" {
		s.here = s.home
	} else if op, ok := s.offer.Component(s.here.role); ok {
		s.here.op = op
	}
}

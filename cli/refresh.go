package cli

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/junos/command"
)

// repeat carries a command out once, or behind `refresh` again and again until ^C.
func (s *shell) repeat(pipes []command.Pipe, once func(rest []command.Pipe)) {
	every, rest := refreshOf(pipes)
	switch {
	case every == 0:
		once(rest)
		return
	case s.term == nil || !s.term.Interactive():
		s.fail(errors.New("refresh needs a terminal"))
		return
	}
	rest = append(rest, command.Pipe{Verb: "no-more"}) // nobody sits at the pager
	for {
		s.out.Print("---(refreshed at " + time.Now().Format("2006-01-02 15:04:05 MST") + ")---\n")
		once(rest)
		if s.failed || s.ended || !s.pause(every) {
			return
		}
	}
}

// refreshOf takes refresh off the other pipes.
func refreshOf(pipes []command.Pipe) (every time.Duration, rest []command.Pipe) {
	for _, p := range pipes {
		if p.Verb != "refresh" {
			rest = append(rest, p)
			continue
		}
		n, err := strconv.Atoi(strings.Join(p.Args, ""))
		if err == nil {
			every = time.Duration(n) * time.Second
		}
	}
	return every, rest
}

// pause waits; it is false when the user has had enough.
func (s *shell) pause(d time.Duration) bool {
	enough := make(chan struct{}, 1)
	defer s.term.OnInterrupt(func() {
		select {
		case enough <- struct{}{}:
		default:
		}
	})()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-enough:
		s.out.Print("^C\n")
		return false
	}
}

// Bounds of resolve: a name server that is silent must not hold the screen up.
const (
	resolveTime = 3 * time.Second
	maxResolved = 256
)

// addressPattern finds what may be an address; netip decides.
const addressPattern = `[0-9a-fA-F:]*:[0-9a-fA-F:]+|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+`

// resolve puts names in place of the addresses in a text. An address without a name
// stays.
func (s *shell) resolve(text string) string {
	ctx, cancel := context.WithTimeout(context.Background(), resolveTime)
	defer cancel()
	known := map[string]string{}
	return regexp.MustCompile(addressPattern).ReplaceAllStringFunc(text, func(found string) string {
		name, ok := known[found]
		if ok || len(known) >= maxResolved || ctx.Err() != nil {
			return orElse(name, found)
		}
		if _, err := netip.ParseAddr(found); err == nil {
			if names, err := net.DefaultResolver.LookupAddr(ctx, found); err == nil && len(names) > 0 {
				name = strings.TrimSuffix(names[0], ".")
			}
		}
		known[found] = name
		return orElse(name, found)
	})
}

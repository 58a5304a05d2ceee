package cli

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"oneswitch/cli/pipe"
	"oneswitch/internal/report"
)

// repeat carries a command out once, or behind `refresh` again and again until ^C.
func (s *shell) repeat(plan pipe.Plan, once func()) {
	switch {
	case plan.Refresh == 0:
		once()
		return
	case s.term == nil || !s.term.Interactive():
		s.fail(errors.New("refresh needs a terminal"))
		return
	}
	for {
		s.out.Print("---(refreshed at " + report.Timestamp(time.Now()) + ")---\n")
		once()
		if s.failed || s.ended || !s.pause(plan.Refresh) {
			return
		}
	}
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
// stays. Unless full names are wanted, a name keeps to the room that the address had,
// so that columns stay columns.
func (s *shell) resolve(text string, full bool) string {
	ctx, cancel := context.WithTimeout(context.Background(), resolveTime)
	defer cancel()
	known := map[string]string{}
	return regexp.MustCompile(addressPattern).ReplaceAllStringFunc(text, func(found string) string {
		name, ok := known[found]
		if !ok && len(known) < maxResolved && ctx.Err() == nil {
			name = nameOf(ctx, found)
			known[found] = name
		}
		switch {
		case name == "":
			return found
		case full:
			return name
		}
		name += strings.Repeat(" ", max(len(found)-len(name), 0))
		return name[:len(found)]
	})
}

// nameOf asks for the name of an address; empty when it is none or has none.
func nameOf(ctx context.Context, address string) string {
	if _, err := netip.ParseAddr(address); err != nil {
		return ""
	}
	names, err := net.DefaultResolver.LookupAddr(ctx, address)
	if err != nil || len(names) == 0 {
		return ""
	}
	return strings.TrimSuffix(names[0], ".")
}

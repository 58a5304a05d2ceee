package cli

import (
	"errors"
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

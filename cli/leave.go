package cli

import (
	"encoding/xml"
	"slices"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/rpc"
)

// exit goes back to the level before the last edit, or leaves configuration mode: from
// the top it always does, whatever edit came before.
func (s *shell) exit(mode bool) {
	if n := len(s.left); n > 0 && len(s.level) > 0 && !mode {
		s.level, s.left = s.left[n-1], s.left[:n-1]
		return
	}
	if s.term != nil && !s.mayLeave(func(question string) bool { return s.agree(question, true) }) {
		return
	}
	s.leaveConfiguration()
}

// rise forgets the levels that `up` has reached or passed, so that the next exit leads
// further up.
func (s *shell) rise() {
	for n := len(s.left); n > 0 && within(s.left[n-1], s.level); n-- {
		s.left = s.left[:n-1]
	}
}

// within reports whether a level is another one or below it.
func within(level, other conf.Path) bool {
	return len(level) >= len(other) && slices.Equal(level[:len(other)], other)
}

// mayLeave says what becomes of changes that are not committed, and asks whether to go:
// those of the shared candidate stay, others go with their session.
func (s *shell) mayLeave(agree func(question string) bool) bool {
	if !s.changed() {
		return true
	}
	s.out.Print("The configuration has been changed but not committed\n")
	question := "Discard uncommitted changes? [yes,no] (yes) "
	switch {
	case s.opened.Exclusive != nil:
		s.out.Print("warning: Auto rollback on exiting 'configure exclusive'\n")
	case s.opened.Private != nil:
		s.out.Print("warning: Auto rollback on exiting 'configure private'\n")
	default:
		question = "Exit with uncommitted changes? [yes,no] (yes) "
	}
	return agree(question)
}

// changed reports whether the candidate holds changes that are not committed.
func (s *shell) changed() bool {
	reply, err := s.ask(rpc.Standing{})
	if err != nil {
		return false
	}
	var stands rpc.Stands
	return xml.Unmarshal(reply.Body, &stands) == nil && stands.Modified
}

// mayEnd asks whether to go with uncommitted changes. ^D also says that the client
// has nothing more to say: then nobody answers, and the session ends.
func (s *shell) mayEnd() bool {
	return !s.editing || s.mayLeave(func(question string) bool {
		answer, err := s.term.Ask(question)
		return err != nil || !strings.HasPrefix(strings.ToLower(answer), "n")
	})
}

// leaveConfiguration ends the editing session; exclusive and private candidates
// are dropped by the server, which says so.
func (s *shell) leaveConfiguration() {
	reply, err := s.ask(rpc.CloseConfiguration{})
	s.edits = edits{}
	if err != nil {
		s.fail(err)
		return
	}
	if dropped := fault.Warnings(reply); dropped != "" {
		s.out.Print(dropped + "load complete\n") // what is loaded is what is committed
	}
	s.out.Print("Exiting configuration mode\n\n")
}

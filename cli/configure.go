package cli

import (
	"fmt"
	"strconv"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/cli/help"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/rpc"
)

// configure enters configuration mode. The server says who else is at work.
func (s *shell) configure(call command.Call) {
	req := rpc.OpenConfiguration{}
	if _, ok := call.Arg("exclusive"); ok {
		req.Exclusive = &rpc.Empty{}
	} else if _, ok := call.Arg("private"); ok {
		req.Private = &rpc.Empty{}
	}
	reply, err := s.ask(req)
	if err != nil {
		s.fail(err)
		return
	}
	s.out.Print(fault.Warnings(reply))
	notice, err := reply.Text()
	if err != nil {
		s.fail(err)
	}
	s.out.Print("Entering configuration mode\n" + notice)
	s.edits = edits{editing: true, opened: req}
}

// edit carries out one line of configuration mode.
func (s *shell) edit(text string) {
	st, err := s.offer.Configuration.Parse(text, s.level)
	if rest, ok := strings.CutPrefix(text, "run "); ok && err != nil {
		if reason := help.Refused(rest); reason != nil && !s.offer.Withholds(rest) {
			err = reason
		}
	}
	if err != nil {
		s.refuse(err, text)
		return
	}
	switch st.Verb {
	case "edit":
		s.left = append(s.left, s.level)
		s.level = st.Path
	case "top":
		s.level, s.left = nil, nil
	case "up":
		n, _ := strconv.Atoi(strings.Join(append(st.Words, "1")[:1], ""))
		for ; n > 0; n-- {
			s.level = s.level.Up()
		}
		s.rise()
	case "exit", "quit":
		s.exit(st.Has("configuration-mode"))
	case "run":
		s.operate(*st.Run)
	case "show":
		plan, err := pipe.Read(st.Pipes)
		if err != nil {
			s.fail(err)
			return
		}
		s.repeat(plan, func() { s.showCandidate(st, plan) })
	default:
		s.piped(st)
	}
}

// piped carries out a verb and passes what it says through the pipes behind it.
func (s *shell) piped(st command.Statement) {
	if len(st.Pipes) == 0 || live(st) {
		s.change(st)
		return
	}
	plan, err := pipe.Read(st.Pipes)
	switch {
	case err != nil:
		s.fail(err)
		return
	case plan.Refresh > 0:
		s.fail(fmt.Errorf("refresh does not go with %s: it would be done again and again", st.Verb))
		return
	}
	screen := s.out
	kept := &kept{output: screen}
	s.out = kept
	s.change(st)
	s.out = screen
	failed := s.failed
	s.show(kept.text.String(), plan)
	s.failed = s.failed || failed
}

// change carries out the verbs that answer in words or change the candidate.
func (s *shell) change(st command.Statement) {
	switch st.Verb {
	case "commit":
		s.commit(st)
	case "rollback":
		s.rollback(st)
	case "load":
		s.load(st)
	case "save":
		s.saveCandidate(st)
	case "status":
		s.status()
	case "update":
		s.update()
	case "help":
		text, err := s.help(st.Level).Answer(st.Words)
		if err != nil {
			s.fail(err)
			return
		}
		s.out.Print(text)
	case "set":
		if n := len(st.Words); n > 0 && st.Words[n-1] == plainText {
			s.setPassword(st)
			return
		}
		s.apply(st)
	case "wildcard":
		if st.Pattern == "" || s.agreeToDelete(st) {
			s.apply(st)
		}
	case "delete":
		if len(st.Words) == 0 && !s.agree("Delete everything under this level? [yes,no] (no) ", false) {
			return
		}
		s.apply(st)
	default:
		s.apply(st)
	}
}

// apply sends one statement to the candidate. What is said about it needs no level, which
// the line tells, unless the line is about many.
func (s *shell) apply(st command.Statement) {
	line := st.Line + "\n"
	reply, err := s.ask(rpc.LoadConfiguration{Action: "set", Format: pipe.Text, Path: st.Level.String(), Set: &line})
	if err != nil && len(reply.Errors) == 0 {
		s.fail(err)
		return
	}
	for _, e := range reply.Errors {
		if st.Verb != "wildcard" && st.Verb != "replace" {
			e.Path = ""
		}
		s.out.Print(fault.Problem(e))
		s.failed = s.failed || !e.IsWarning()
	}
}

// sendLoad sends a load and shows what the server has to say; it returns how many
// errors there were.
func (s *shell) sendLoad(req rpc.LoadConfiguration) int {
	reply, err := s.ask(req)
	s.out.Print(fault.Warnings(reply))
	if err == nil {
		return 0
	}
	s.fail(err)
	return max(len(reply.Errors)-len(reply.Warnings()), 1)
}

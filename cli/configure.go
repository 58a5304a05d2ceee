package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
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
	s.out.Print(warnings(reply))
	notice, err := reply.Text()
	if err != nil {
		s.fail(err)
	}
	s.out.Print("Entering configuration mode\n" + notice)
	s.editing, s.level, s.left = true, nil, nil
}

// edit carries out one line of configuration mode.
func (s *shell) edit(text string) {
	st, err := s.config.Parse(text, s.level)
	if err != nil {
		s.refuse(err)
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
	case "exit", "quit":
		s.exit(st.Has("configuration-mode"))
	case "run":
		s.operate(*st.Run)
	case "help":
		s.show(configurationHelp, st.Pipes)
	default:
		s.change(st)
	}
}

// change carries out the verbs that read or change the candidate.
func (s *shell) change(st command.Statement) {
	switch st.Verb {
	case "show":
		s.showCandidate(st)
	case "commit":
		s.commit(st)
	case "rollback":
		s.rollback(st)
	case "load":
		s.load(st)
	case "save":
		s.saveCandidate(st)
	case "delete":
		if len(st.Words) == 0 && !s.agree("Delete everything under this level? [yes,no] (no) ", false) {
			return
		}
		s.apply(st)
	default:
		s.apply(st)
	}
}

const configurationHelp = `Statements are entered with set and taken away with delete; show prints the
candidate and "show | compare" what is not committed yet. commit makes it active,
rollback gives it up. Press ? anywhere to see what may stand there.
`

// exit goes back to the level before the last edit, or leaves configuration mode.
func (s *shell) exit(mode bool) {
	if n := len(s.left); n > 0 && !mode {
		s.level, s.left = s.left[n-1], s.left[:n-1]
		return
	}
	if s.changed() && s.term != nil {
		s.out.Print("The configuration has been changed but not committed\n")
		if !s.agree("Exit with uncommitted changes? [yes,no] (yes) ", true) {
			return
		}
	}
	s.leaveConfiguration()
}

// leaveConfiguration ends the editing session; exclusive and private candidates
// are dropped by the server.
func (s *shell) leaveConfiguration() {
	_, err := s.ask(rpc.CloseConfiguration{})
	s.editing, s.level, s.left = false, nil, nil
	if err != nil {
		s.fail(err)
		return
	}
	s.out.Print("Exiting configuration mode\n\n")
}

// changed reports whether the candidate differs from the active configuration.
func (s *shell) changed() bool {
	req := rpc.GetConfiguration{Format: formText, Compare: "rollback", Rollback: "0"}
	text, err := s.configurationText(req)
	return err == nil && strings.TrimSpace(text) != ""
}

// agree asks a question until it is answered with yes or no. Nobody there means the
// answer that is marked.
func (s *shell) agree(question string, byDefault bool) bool {
	if s.term == nil {
		return byDefault
	}
	for {
		answer, err := s.term.Ask(question)
		switch answer = strings.ToLower(answer); {
		case err != nil:
			return false
		case answer == "":
			return byDefault
		case strings.HasPrefix("yes", answer):
			return true
		case strings.HasPrefix("no", answer):
			return false
		}
		s.out.Print("please answer yes or no\n")
	}
}

// apply sends one statement to the candidate.
func (s *shell) apply(st command.Statement) {
	line := st.Line + "\n"
	s.sendLoad(rpc.LoadConfiguration{Action: "set", Format: formText, Path: st.Level.String(), Set: &line})
}

// sendLoad sends a load and shows what the server has to say; it returns how many
// errors there were.
func (s *shell) sendLoad(req rpc.LoadConfiguration) int {
	reply, err := s.ask(req)
	s.out.Print(warnings(reply))
	if err == nil {
		return 0
	}
	s.fail(err)
	return max(len(reply.Errors)-len(reply.Warnings()), 1)
}

// showCandidate is `show` with its pipes.
func (s *shell) showCandidate(st command.Statement) {
	path := st.Path
	req := rpc.GetConfiguration{Format: formText, Path: path.String()}
	var rest []command.Pipe
	relative := false
	for _, p := range st.Pipes {
		switch p.Verb {
		case "compare":
			req.Compare, req.Rollback = "rollback", orElse(strings.Join(p.Args[min(1, len(p.Args)):], ""), "0")
		case "display":
			req.Format = p.Args[0]
			relative = p.Args[0] == formSet && len(p.Args) > 1
		default:
			rest = append(rest, p)
		}
	}
	if req.Compare != "" {
		req.Format = formText
	}
	text, err := s.configurationText(req)
	if err != nil {
		s.fail(err)
		return
	}
	if relative {
		text = relativeTo(text, path)
	}
	s.show(dress(text, req.Format), rest)
}

// relativeTo takes the level out of set commands.
func relativeTo(text string, level conf.Path) string {
	if len(level) == 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Replace(line, " "+level.String()+" ", " ", 1))
	}
	return b.String()
}

// saveCandidate is `save FILE`: the candidate at this level, as text.
func (s *shell) saveCandidate(st command.Statement) {
	text, err := s.configurationText(rpc.GetConfiguration{Format: formText, Path: s.level.String()})
	if err == nil {
		err = writeFile(s.who.home, st.Words[0], text)
	}
	if err != nil {
		s.fail(fmt.Errorf("save %s: %w", st.Words[0], err))
		return
	}
	s.out.Print(fmt.Sprintf("Wrote %d lines of configuration to '%s'\n", strings.Count(text, "\n"), st.Words[0]))
}

// configurationText asks for a configuration and returns what the shell prints.
func (s *shell) configurationText(req rpc.GetConfiguration) (string, error) {
	reply, err := s.ask(req)
	if err != nil {
		return "", err
	}
	text := string(reply.Body)
	if req.Format != formXML {
		if text, err = reply.Text(); err != nil {
			return "", err
		}
	}
	if text = strings.TrimPrefix(text, "\n"); strings.TrimSpace(text) == "" {
		return "", nil
	}
	return text, nil
}

// ask sends one request to the director; configuration mode is only there.
func (s *shell) ask(request any) (netconf.Reply, error) {
	var reply netconf.Reply
	err := s.call(func(ctx context.Context) error {
		var err error
		reply, err = rpc.Call(ctx, s.home.caller, request)
		return err
	})
	if errors.Is(err, errInterrupted) {
		return netconf.Reply{}, err // the reply still belongs to the call
	}
	return reply, err
}

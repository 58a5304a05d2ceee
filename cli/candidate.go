package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// terminalFile is the name that means the terminal instead of a file.
const terminalFile = "terminal"

// view is how the candidate is shown.
type view struct {
	rpc.GetConfiguration
	relative bool // set commands without the level
}

// display takes over one `| display`.
func (v *view) display(args []string) error {
	switch form := args[0]; form {
	case "inheritance":
		v.Inherit = strings.Join(append([]string{"inherit"}, args[1:]...), "-")
	default:
		v.Format, v.relative = form, form == formSet && len(args) > 1
		return offered(form)
	}
	return nil
}

// showCandidate is `show` with its pipes.
func (s *shell) showCandidate(st command.Statement) {
	path := st.Path
	req := view{GetConfiguration: rpc.GetConfiguration{Format: formText, Path: path.String()}}
	var rest []command.Pipe
	for _, p := range st.Pipes {
		switch p.Verb {
		case "compare":
			req.Compare, req.Rollback = "rollback", orElse(strings.Join(p.Args[min(1, len(p.Args)):], ""), "0")
		case "display":
			if err := req.display(p.Args); err != nil {
				s.fail(err)
				return
			}
		default:
			rest = append(rest, p)
		}
	}
	if req.Compare != "" {
		req.Format = formText
	}
	text, err := s.configurationText(req.GetConfiguration)
	if err != nil {
		s.fail(err)
		return
	}
	if req.relative {
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
	text, err := s.configurationText(rpc.GetConfiguration{Format: formText, Path: st.Level.String()})
	if err == nil && st.Words[0] == terminalFile {
		s.out.Page(text, s.rows())
		return
	}
	if err == nil {
		err = s.writeOwn(st.Words[0], text, false)
	}
	if err != nil {
		s.fail(fmt.Errorf("save %w", err))
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

// changed reports whether the candidate differs from the active configuration.
func (s *shell) changed() bool {
	req := rpc.GetConfiguration{Format: formText, Compare: "rollback", Rollback: "0"}
	text, err := s.configurationText(req)
	return err == nil && strings.TrimSpace(text) != ""
}

// status is `status`: who else edits. To begin editing once more in the same way
// changes nothing, and the answer names the others.
func (s *shell) status() {
	reply, err := s.ask(s.opened)
	if err != nil {
		s.fail(err)
		return
	}
	notice, err := reply.Text()
	if err != nil {
		s.fail(err)
		return
	}
	s.out.Print(orElse(notice, "No other users are editing the configuration\n"))
}

// agreeToDelete shows what `wildcard delete` will take away and asks.
func (s *shell) agreeToDelete(st command.Statement) bool {
	names, err := s.matching(st)
	if err != nil {
		s.fail(err)
		return false
	}
	if len(names) == 0 {
		s.out.Print("No statement matches '" + st.Pattern + "'\n")
		return false
	}
	for _, n := range names {
		s.out.Print("  matched: " + n + "\n")
	}
	return s.agree(fmt.Sprintf("Delete %d objects? [yes,no] (no) ", len(names)), false)
}

// matching finds the names below a statement that a regular expression fits from
// their beginning.
func (s *shell) matching(st command.Statement) ([]string, error) {
	pattern := st.Pattern
	if pattern == "*" { // no expression, but what everybody types
		pattern = ".*"
	}
	re, err := regexp.Compile("^(?:" + pattern + ")")
	if err != nil {
		return nil, fmt.Errorf("wildcard delete: '%s' is no regular expression", st.Pattern)
	}
	text, err := s.configurationText(rpc.GetConfiguration{Format: formSet, Path: levelOf(st.Path).String()})
	if err != nil {
		return nil, err
	}
	above, err := conf.Split(st.Path.String())
	if err != nil {
		return nil, fmt.Errorf("wildcard delete: %w", err)
	}
	var out []string
	for line := range strings.Lines(text) {
		toks := command.Tokens(line)
		at := 1 + len(above)
		if len(toks) <= at || !slices.EqualFunc(toks[1:at], above, func(t command.Token, w conf.Word) bool { return t.Text == w.Text }) {
			continue
		}
		if name := toks[at].Text; re.MatchString(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// levelOf is the level that holds a list, when a path names all of its entries.
func levelOf(p conf.Path) conf.Path {
	if len(p) > 0 && p.Whole() {
		return p[:len(p)-1]
	}
	return p
}

// kept is an output that keeps what is printed for the pipes; questions still go to
// the screen.
type kept struct {
	output
	text strings.Builder
}

// Print keeps the text.
func (k *kept) Print(text string) { k.text.WriteString(text) }

// Page keeps the text.
func (k *kept) Page(text string, _ int) bool {
	k.Print(text)
	return true
}

// Hold keeps the text.
func (k *kept) Hold(text string, _ int) { k.Print(text) }

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

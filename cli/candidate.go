package cli

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/cli/pager"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// terminalFile is the name that means the terminal instead of a file.
const terminalFile = "terminal"

// showCandidate is `show` with its pipes.
func (s *shell) showCandidate(st command.Statement, plan pipe.Plan) {
	text, err := s.candidateText(st.Path, plan)
	if err != nil {
		s.failIn(err, plan)
		return
	}
	s.show(s.dress(text, plan.Form), plan)
}

// candidateText asks for the candidate as the pipes want it.
func (s *shell) candidateText(path conf.Path, plan pipe.Plan) (string, error) {
	req := rpc.GetConfiguration{Format: plan.Form, Path: path.String(), Inherit: plan.Inherit}
	switch b := plan.Compare; {
	case plan.Form == pipe.RPC:
		req.Format = pipe.XML
		op, err := xml.Marshal(req)
		return "<rpc>" + string(op) + "</rpc>", err
	case b == nil:
	case b.File != "" || b.Rescue:
		text, err := s.configurationText(rpc.GetConfiguration{Format: pipe.Text})
		if err != nil {
			return "", err
		}
		return s.compared(text, *b, path)
	default:
		req.Compare, req.Rollback = "rollback", orElse(b.Rollback, "0")
	}
	text, err := s.configurationText(req)
	switch {
	case err != nil:
	case plan.Relative:
		text = relativeTo(text, path)
	default:
		text = s.displayed(text, path, plan)
	}
	return text, err
}

// displayed is a configuration in text as it goes to the screen: without what is to
// be omitted, or with what the language says about each statement. A comparison has
// its own form.
func (s *shell) displayed(text string, path conf.Path, plan pipe.Plan) string {
	if plan.Form != pipe.Text || plan.Compare != nil {
		return text
	}
	if !plan.Omitted {
		text = pipe.Omit(text)
	}
	if plan.Detail {
		text = pipe.Describe(text, s.schema.Config(), path)
	}
	return text
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

// saveCandidate is `save FILE`: the candidate at this level and below, as text, along
// with the levels that lead there, so that `load merge FILE` finds the place again.
func (s *shell) saveCandidate(st command.Statement) {
	text, err := s.withLevels(st.Level)
	if err == nil && st.Words[0] == terminalFile {
		s.show(text, pipe.Plan{})
		return
	}
	if err == nil {
		err = s.files.Write(st.Words[0], text, false)
	}
	if err != nil {
		s.fail(fmt.Errorf("save %w", err))
		return
	}
	s.out.Print(fmt.Sprintf("Wrote %d lines of configuration to '%s'\n", strings.Count(text, "\n"), st.Words[0]))
}

// withLevels is the candidate at a level in text, from the top on. Its set commands say
// as much and name the levels.
func (s *shell) withLevels(level conf.Path) (string, error) {
	if len(level) == 0 {
		return s.configurationText(rpc.GetConfiguration{Format: pipe.Text})
	}
	lines, err := s.configurationText(rpc.GetConfiguration{Format: pipe.Set, Path: level.String()})
	if err != nil || lines == "" {
		return "", err
	}
	tree, err := s.parsed(lines)
	if err != nil {
		return "", fmt.Errorf("read candidate: %w", err)
	}
	var b strings.Builder
	if err := tree.Print(&b, nil, conf.Style{Format: conf.Text}); err != nil {
		return "", fmt.Errorf("print candidate: %w", err)
	}
	return b.String(), nil
}

// configurationText asks for a configuration and returns what the shell prints.
func (s *shell) configurationText(req rpc.GetConfiguration) (string, error) {
	reply, err := s.ask(req)
	if err != nil {
		return "", err
	}
	text := string(reply.Body)
	if req.Format != pipe.XML {
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

// status is `status`: who edits, this session included.
func (s *shell) status() {
	reply, err := s.ask(rpc.ConfigurationStatus{})
	if err != nil {
		s.fail(err)
		return
	}
	notice, err := reply.Text()
	if err != nil {
		s.fail(err)
		return
	}
	s.out.Print(notice)
}

// update is `update`: what others have committed comes beneath the changes of a private
// candidate. Junos has nothing to say when it did.
func (s *shell) update() {
	reply, err := s.ask(rpc.UpdateConfiguration{})
	s.out.Print(fault.Warnings(reply))
	if err != nil {
		s.fail(err)
	}
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
	text, err := s.configurationText(rpc.GetConfiguration{Format: pipe.Set, Path: levelOf(st.Path).String()})
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

// Show keeps the text.
func (k *kept) Show(text string, _ pager.Options) bool {
	k.Print(text)
	return true
}

// agree asks a question until it is answered with yes or no. A script that is piped
// into the shell answers with its next line, when that is an answer; a line that is
// none is a command and left alone. Then, and with nobody there, the answer that is
// marked holds, and is shown.
func (s *shell) agree(question string, byDefault bool) bool {
	if s.term == nil || !s.term.Interactive() {
		return s.agreed(question, byDefault)
	}
	for {
		answer, err := s.term.Ask(question)
		if err != nil {
			return false
		}
		if yes, ok := yesOrNo(answer); ok || answer == "" {
			return yes || answer == "" && byDefault
		}
		s.out.Print("please answer yes or no\n")
	}
}

// agreed is agree without a terminal. That nothing was done because nobody said yes
// is a failure to a script.
func (s *shell) agreed(question string, byDefault bool) bool {
	yes := byDefault
	if s.term != nil {
		if next, ok := s.term.Answer(func(l string) bool { _, ok := yesOrNo(l); return ok }); ok {
			yes, _ = yesOrNo(next)
		}
	}
	word := "no"
	if yes {
		word = "yes"
	}
	s.out.Print(question + word + "\n")
	s.failed = s.failed || !yes && !byDefault
	return yes
}

// yesOrNo reads an answer; ok is false when it is none.
func yesOrNo(answer string) (yes, ok bool) {
	answer = strings.ToLower(strings.TrimSpace(answer))
	switch {
	case answer == "":
		return false, false
	case strings.HasPrefix("yes", answer):
		return true, true
	}
	return false, strings.HasPrefix("no", answer)
}

package cli

import (
	"errors"
	"fmt"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/report"
)

// Forms of an answer: those of `<command format=...>`, and the request itself.
const (
	formText = "text"
	formXML  = "xml"
	formJSON = "json"
	formSet  = "set"
	formRPC  = "rpc"
)

// displayOf takes the pipes that choose a form off the others.
func displayOf(pipes []command.Pipe) (form string, rest []command.Pipe, err error) {
	form = formText
	for _, p := range pipes {
		switch {
		case p.Verb == "compare":
			return "", nil, errors.New("compare works on the configuration: use it behind show in configuration mode")
		case p.Verb != "display":
			rest = append(rest, p)
		case len(p.Args) == 2 && p.Args[0] == formXML:
			form = formRPC
		default:
			form = p.Args[0]
		}
	}
	return form, rest, nil
}

// dress makes of an answer what the user sees: XML in the element that NETCONF
// would put around it, everything ending in a line feed.
func dress(answer, form string) string {
	if form == formXML {
		if laid, err := report.Indent([]byte("<rpc-reply>" + answer + "</rpc-reply>")); err == nil {
			answer = string(laid)
		}
	}
	if answer != "" && !strings.HasSuffix(answer, "\n") {
		answer += "\n"
	}
	return answer
}

// show prints an answer through the pipes.
func (s *shell) show(text string, pipes []command.Pipe) {
	stages := make([]report.Pipe, len(pipes))
	for i, p := range pipes {
		stages[i] = report.Pipe{Verb: p.Verb, Args: p.Args}
	}
	out, err := report.Run(text, stages)
	if err != nil {
		s.fail(err)
		return
	}
	switch {
	case out.SaveTo != "":
		s.save(out.SaveTo, out.Text)
	case out.NoMore:
		s.out.Print(out.Text)
	default:
		s.out.Page(out.Text, s.rows())
	}
}

// save writes an answer into a file of the user.
func (s *shell) save(name, text string) {
	if err := writeFile(s.who.home, name, text); err != nil {
		s.fail(fmt.Errorf("save %s: %w", name, err))
		return
	}
	s.out.Print(fmt.Sprintf("Wrote %d lines of output to '%s'\n", strings.Count(text, "\n"), name))
}

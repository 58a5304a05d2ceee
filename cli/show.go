package cli

import (
	"errors"
	"fmt"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// Forms of an answer: those of `<command format=...>`, and the request itself.
const (
	formText = "text"
	formXML  = "xml"
	formJSON = "json"
	formSet  = "set"
	formRPC  = "rpc"

	formDetail = "detail"
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

// offered refuses the forms that the language has and this product has not.
func offered(form string) error {
	switch form {
	case "commit-scripts":
		return errors.New("display commit-scripts: there are no commit scripts")
	case "detail", "omit":
		return errors.New("display " + form + " is not supported")
	}
	return nil
}

// dress makes of an answer what the user sees: XML in the element that NETCONF
// would put around it, everything ending in a line feed.
func dress(answer, form string) string {
	if form == formXML {
		if laid, err := report.Indent([]byte(`<rpc-reply xmlns:junos="` + rpc.JunosNamespace + `">` + answer + "</rpc-reply>")); err == nil {
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
	out, err := s.pipe(text, pipes)
	switch {
	case err != nil:
		s.fail(err)
	case out.SaveTo != "":
		s.save(out)
	case out.NoMore:
		s.out.Print(out.Text)
	case out.Hold:
		s.out.Hold(out.Text, s.rows())
	default:
		s.out.Page(out.Text, s.rows())
	}
}

// pipe passes a text through the pipes. resolve asks a name server, so it stands
// between what report can do.
func (s *shell) pipe(text string, pipes []command.Pipe) (report.Piped, error) {
	out := report.Piped{Text: text}
	var stages []report.Pipe
	run := func() error {
		next, err := report.Run(out.Text, stages)
		next.NoMore, next.Hold = next.NoMore || out.NoMore, next.Hold || out.Hold
		out, stages = next, nil
		return err
	}
	for _, p := range pipes {
		if p.Verb != "resolve" {
			stages = append(stages, report.Pipe{Verb: p.Verb, Args: p.Args})
			continue
		}
		if err := run(); err != nil {
			return out, err
		}
		out.Text = s.resolve(out.Text)
	}
	return out, run()
}

// save writes an answer into a file of the user.
func (s *shell) save(out report.Piped) {
	if err := s.writeOwn(out.SaveTo, out.Text, out.Append); err != nil {
		s.fail(fmt.Errorf("save %w", err))
		return
	}
	word := "Wrote"
	if out.Append {
		word = "Appended"
	}
	s.out.Print(fmt.Sprintf("%s %d lines of output to '%s'\n", word, strings.Count(out.Text, "\n"), out.SaveTo))
}

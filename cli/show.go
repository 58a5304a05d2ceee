package cli

import (
	"bytes"
	"encoding/xml"
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

// dress makes of an answer what the user sees.
func dress(answer, form string) string {
	if form == formXML {
		return indentXML("<rpc-reply>\n" + answer + "\n</rpc-reply>")
	}
	if answer != "" && !strings.HasSuffix(answer, "\n") {
		answer += "\n"
	}
	return answer
}

// indentXML puts every element that holds elements on lines of its own, four
// blanks deeper than its parent. What is no XML stays as it is.
func indentXML(text string) string {
	dec := xml.NewDecoder(strings.NewReader(text))
	var b bytes.Buffer
	depth, leaf := 0, false
	pending := "" // text that may be the whole content of an element
	last := int64(0)
	for {
		tok, err := dec.RawToken()
		raw := text[last:dec.InputOffset()]
		last = dec.InputOffset()
		if err != nil {
			break
		}
		switch tok.(type) {
		case xml.StartElement:
			if leaf {
				b.WriteByte('\n')
			}
			b.WriteString(strings.Repeat("    ", depth) + strings.TrimSpace(raw))
			depth++
			leaf, pending = true, ""
		case xml.EndElement:
			depth--
			switch {
			case raw == "": // <a/> counts as a beginning and an end
			case leaf:
				b.WriteString(pending + raw)
			default:
				b.WriteString(strings.Repeat("    ", max(depth, 0)) + raw)
			}
			b.WriteByte('\n')
			leaf, pending = false, ""
		case xml.CharData:
			pending = raw
		}
	}
	if depth != 0 {
		return text + "\n"
	}
	return b.String()
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

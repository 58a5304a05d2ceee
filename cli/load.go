package cli

import (
	"errors"
	"fmt"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/cli/line"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/rpc"
)

// load is `load ACTION (terminal|FILE) [relative]`.
func (s *shell) load(st command.Statement) {
	action := st.Words[0]
	text, err := s.source(st.Words[1])
	switch {
	case errors.Is(err, line.ErrInterrupted):
		s.failed = true // the terminal shows the ^C
		return
	case err != nil:
		s.fail(err)
		return
	}
	req := rpc.LoadConfiguration{Action: action, Format: pipe.Text}
	if st.Has("relative") {
		req.Path = st.Level.String()
	}
	from := fault.Source{Name: st.Words[1], Text: text}
	switch head := strings.TrimSpace(text); {
	case action == "set":
		req.Set, from.Commands = &text, true
	case strings.HasPrefix(head, "<"):
		start, inner, err := innerConfiguration(text)
		if err != nil {
			s.fail(fmt.Errorf("load %s: %w", from.Name, err))
			return
		}
		from.Behind, from.Begun = true, strings.Count(text[:start], "\n")
		req.Format, req.Config = pipe.XML, &rpc.Subtree{Inner: inner}
	case strings.HasPrefix(head, "{"):
		from.Behind = true
		req.Format, req.JSON = pipe.JSON, &text
	default:
		req.Text = &text
	}
	s.loadFrom(from, req)
}

// loadFrom sends a load and says what is wrong with it, each error with its place.
func (s *shell) loadFrom(from fault.Source, req rpc.LoadConfiguration) {
	reply, err := s.ask(req)
	if err != nil && len(reply.Errors) == 0 {
		s.fail(err)
		return
	}
	failed := 0
	for _, e := range reply.Errors {
		s.out.Print(from.Problem(e))
		if !e.IsWarning() {
			failed++
		}
	}
	if s.failed = failed > 0; s.failed {
		s.out.Print(fmt.Sprintf("load failed (%d errors): the configuration is as it was\n", failed))
		return
	}
	s.out.Print("load complete\n")
}

// source reads what is to be loaded.
func (s *shell) source(from string) (string, error) {
	if from != terminalFile {
		text, err := s.files.Read(from)
		if err != nil {
			return "", fmt.Errorf("load %w", err)
		}
		return text, nil
	}
	if s.term == nil {
		return "", errors.New("load terminal needs a terminal")
	}
	s.out.Print("[Type ^D at a new line to end input]\n")
	return s.term.ReadText()
}

// innerConfiguration is what stands inside <configuration> of a file, which may be
// a whole rpc-reply, and where it begins.
func innerConfiguration(text string) (int, rpc.RawXML, error) {
	start := strings.Index(text, "<configuration")
	end := strings.LastIndex(text, "</configuration>")
	if start < 0 {
		return 0, nil, errors.New("there is no <configuration> element")
	}
	open := strings.IndexByte(text[start:], '>')
	if open < 0 || end < start+open {
		return 0, nil, errors.New("the <configuration> element does not end")
	}
	start += open + 1
	return start, rpc.RawXML(text[start:end]), nil
}

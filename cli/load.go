package cli

import (
	"errors"
	"fmt"
	"strings"

	"oneswitch/cli/line"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/netconf"
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
	from := source{name: st.Words[1], text: text}
	switch head := strings.TrimSpace(text); {
	case action == "set":
		req.Set, from.commands = &text, true
	case strings.HasPrefix(head, "<"):
		start, inner, err := innerConfiguration(text)
		if err != nil {
			s.fail(fmt.Errorf("load %s: %w", from.name, err))
			return
		}
		from.behind, from.begun = true, strings.Count(text[:start], "\n")
		req.Format, req.Config = pipe.XML, &rpc.Subtree{Inner: inner}
	case strings.HasPrefix(head, "{"):
		from.behind = true
		req.Format, req.JSON = pipe.JSON, &text
	default:
		req.Text = &text
	}
	s.loadFrom(from, req)
}

// loadFrom sends a load and says what is wrong with it, each error with its place.
func (s *shell) loadFrom(from source, req rpc.LoadConfiguration) {
	reply, err := s.ask(req)
	if err != nil && len(reply.Errors) == 0 {
		s.fail(err)
		return
	}
	failed := 0
	for _, e := range reply.Errors {
		s.out.Print(from.problem(e))
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

// source is what is loaded, as its errors tell it.
type source struct {
	name     string // terminal, or of the file
	text     string
	commands bool // set commands: each is one line
	behind   bool // the director counts columns to the end of what is wrong, not to its beginning
	begun    int  // lines before what the director was sent
}

// problem renders an error of a load as Junos does: file, line and how many bytes of it
// were read, then the level and the statement. Behind a set command there is no more to
// say than the line.
func (f source) problem(e netconf.RPCError) string {
	if e.Line == 0 {
		return problem(e)
	}
	number := e.Line + f.begun
	line := f.line(number)
	text := strings.TrimSpace(e.Message)
	if e.IsWarning() {
		text = "warning: " + text
	}
	at := fmt.Sprintf("%s:%d:(%d) %s", f.name, number, f.read(e, line), text)
	if bad := e.BadElement; bad != "" && !strings.Contains(text, "'"+bad+"'") && !strings.Contains(text, " "+bad+" ") {
		at = strings.TrimSuffix(at, ".") + ": " + bad
	}
	if f.commands {
		return at + "\n"
	}
	at += "\n  " + orElse(e.Path, "[edit]") + "\n"
	if statement := f.statement(e, line); statement != "" {
		at += "    '" + statement + "'\n"
	}
	return at + "      " + text + "\n"
}

// line is one line of the text, from 1; empty when there is none.
func (f source) line(number int) string {
	for line := range strings.Lines(f.text) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}

// read is how much of a line was read when the error was found: a command up to the word
// that is wrong, anything else with it.
func (f source) read(e netconf.RPCError, line string) int {
	at := max(e.Column-1, 0)
	if f.commands || f.behind || at >= len(line) || e.BadElement == "" {
		return at
	}
	if rest := line[at:]; rest[0] == '"' {
		return min(at+len(e.BadElement)+len(`""`), len(line))
	}
	return min(at+len(e.BadElement), len(line))
}

// ending is what a statement of the text form ends with.
const ending = "{};"

// statement is the statement of a line that the error is about.
func (f source) statement(e netconf.RPCError, line string) string {
	at := min(max(e.Column-1, 0), len(line))
	if f.behind || at < len(line) && line[at] == '"' {
		return strings.TrimSpace(line)
	}
	from := strings.LastIndexAny(line[:at], ending) + 1
	to := len(line)
	if i := strings.IndexAny(line[at:], ending); i >= 0 {
		to = at + i + 1
	}
	return strings.TrimSpace(line[from:to])
}

package fault

import (
	"cmp"
	"fmt"
	"strings"

	"oneswitch/internal/netconf"
)

// Source is what was loaded, as its errors tell it.
type Source struct {
	Name     string // terminal, or of the file
	Text     string
	Commands bool // set commands: each is one line
	Behind   bool // the director counts columns to the end of what is wrong, not to its beginning
	Begun    int  // lines before what the director was sent
}

// Problem renders an error of a load as Junos does: file, line and how many bytes of it
// were read, then the level and the statement. Behind a set command there is no more to
// say than the line.
func (f Source) Problem(e netconf.RPCError) string {
	if e.Line == 0 {
		return Problem(e)
	}
	number := e.Line + f.Begun
	line := f.line(number)
	text := strings.TrimSpace(e.Message)
	if e.IsWarning() {
		text = "warning: " + text
	}
	at := fmt.Sprintf("%s:%d:(%d) %s", f.Name, number, f.read(e, line), text)
	if bad := e.BadElement; bad != "" && !strings.Contains(text, "'"+bad+"'") && !strings.Contains(text, " "+bad+" ") {
		at = strings.TrimSuffix(at, ".") + ": " + bad
	}
	if f.Commands {
		return at + "\n"
	}
	at += "\n  " + cmp.Or(e.Path, "[edit]") + "\n"
	if statement := f.statement(e, line); statement != "" {
		at += "    '" + statement + "'\n"
	}
	return at + "      " + text + "\n"
}

// line is one line of the text, from 1; empty when there is none.
func (f Source) line(number int) string {
	for line := range strings.Lines(f.Text) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}

// read is how much of a line was read when the error was found: a command up to the word
// that is wrong, anything else with it.
func (f Source) read(e netconf.RPCError, line string) int {
	at := max(e.Column-1, 0)
	if f.Commands || f.Behind || at >= len(line) || e.BadElement == "" {
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
func (f Source) statement(e netconf.RPCError, line string) string {
	at := min(max(e.Column-1, 0), len(line))
	if f.Behind || at < len(line) && line[at] == '"' {
		return strings.TrimSpace(line)
	}
	from := strings.LastIndexAny(line[:at], ending) + 1
	to := len(line)
	if i := strings.IndexAny(line[at:], ending); i >= 0 {
		to = at + i + 1
	}
	return strings.TrimSpace(line[from:to])
}

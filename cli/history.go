package cli

import (
	"strconv"
	"strings"

	"oneswitch/cli/history"
	"oneswitch/cli/line"
)

// remember begins the histories with the lines of earlier logins, each mode its own,
// and has every line that is entered kept, unless it holds a secret: also one that
// was typed in the wrong mode.
func (s *shell) remember() {
	book, guard := history.Open(s.who.home), history.NewGuard(s.schema.Config())
	for editing, mode := range map[bool]history.Mode{false: history.Operational, true: history.Configuration} {
		s.histories[editing] = line.NewHistory(book.Lines(mode), func(text string) bool {
			if guard.Secret(text, s.level) {
				return false
			}
			book.Add(mode, text)
			return true
		})
	}
}

// showHistory is `show cli history [N]`: the lines of this mode, or the newest of
// them. When each was typed is not kept.
func (s *shell) showHistory(count string) string {
	lines := s.histories[s.editing].Lines()
	if n, err := strconv.Atoi(count); err == nil {
		lines = lines[max(0, len(lines)-n):]
	}
	if len(lines) == 0 {
		return ""
	}
	return "  " + strings.Join(lines, "\n  ") + "\n"
}

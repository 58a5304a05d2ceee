package cli

import (
	"strings"

	"oneswitch/cli/line"
)

// historyFile is where the lines of a mode wait for the next login.
func historyFile(editing bool) string {
	if editing {
		return ".history-configuration"
	}
	return ".history-operational"
}

// remember reads the histories of earlier logins. Without them, or without a
// directory, the session begins with none.
func (s *shell) remember() {
	for editing := range s.histories {
		if text, err := readFile(s.who.home, historyFile(editing)); err == nil {
			s.histories[editing] = line.NewHistory(strings.Split(text, "\n"), nil)
		}
	}
}

// keepHistory writes them down. That it may fail costs the next login a convenience
// and is not worth a message to somebody who leaves. Of sessions at the same time
// the last to leave wins.
func (s *shell) keepHistory() {
	for editing, h := range s.histories {
		if lines := h.Lines(); len(lines) > 0 {
			_ = writeFile(s.who.home, historyFile(editing), strings.Join(lines, "\n")+"\n")
		}
	}
}

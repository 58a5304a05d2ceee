package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/topic"
)

// maxWord bounds what is searched for.
const maxWord = 128

// helpCommand is `help ...` of both modes; words are those behind help.
func (s *shell) helpCommand(words []string, st command.Statement) (string, error) {
	if len(words) == 0 {
		return generalHelp, nil
	}
	switch words[0] {
	case "tip":
		return tips, nil
	case "apropos":
		return s.apropos(words[1], st)
	default:
		return s.reference(words[1])
	}
}

const generalHelp = `
Statements are entered with set and taken away with delete; show prints the
candidate and "show | compare" what is not committed yet. commit makes it active,
rollback gives it up. Press ? anywhere to see what may stand there, and use
"help apropos WORD" to find a statement and "help reference STATEMENT" to read
about it.

`

const tips = `
SPACE completes a word of the language, TAB a name as well; ? shows what may come.
An abbreviation that fits one word only is that word.
^A ^E  begin and end of line      ^P ^N  older and newer line
^W     delete the word before     ^U     delete the line
^K ^Y  delete to the end, insert  ^R     search in the history
^C     give up line or command    ^L     draw the line again
show | compare           what is not committed yet
show | display set       the configuration as set commands
top show, up set ...     a command at another level
run show ...             an operational command in configuration mode
commit confirmed 5       rolled back in 5 minutes unless confirmed

`

// apropos is `help apropos WORD`: commands in operational mode, statements at this
// level and below in configuration mode.
func (s *shell) apropos(word string, st command.Statement) (string, error) {
	if len(word) > maxWord {
		return "", errors.New("help apropos: the word is too long")
	}
	re, err := regexp.Compile("(?i:" + word + ")")
	if err != nil {
		return "", fmt.Errorf("help apropos: %s is no regular expression", word)
	}
	topics := topic.Commands(s.schema, s.here.op.RPCs(), re)
	if s.editing {
		topics = topic.Statements(s.schema.Config(), st.Level, re)
	}
	var b strings.Builder
	for _, t := range topics {
		b.WriteString(t.Line + "\n    " + t.Help + "\n")
	}
	if len(topics) == 0 {
		b.WriteString("No matches for '" + word + "'\n")
	}
	return b.String(), nil
}

// reference is `help reference STATEMENT`, and `help topic`: what a statement is,
// in every place where one of the name may stand.
func (s *shell) reference(word string) (string, error) {
	topics := topic.Named(s.schema.Config(), word)
	if len(topics) == 0 {
		return "", fmt.Errorf("no statement is called '%s': use help apropos to find one", word)
	}
	var b strings.Builder
	for _, t := range topics {
		fmt.Fprintf(&b, "%s\n\n  Syntax\n      %s\n\n  Hierarchy Level\n      %s\n\n  Description\n      %s\n\n", word, t.Syntax, t.Level, t.Help)
	}
	return b.String(), nil
}

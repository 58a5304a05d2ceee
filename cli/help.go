package cli

import (
	"context"
	"strings"

	"oneswitch/cli/line"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/rpc"
)

// Widths of a list of possible completions, as Junos prints it.
const (
	nameColumn = 20
	wideColumn = 40 // a longer name pushes its own help text to the right, not that of all
	markColumn = 2
)

// complete answers a completion key.
func (s *shell) complete(key line.Key, before string) (insert, print string) {
	if key == line.KeySpace && !s.settings.completeOnSpace {
		return " ", ""
	}
	p := s.possible(before)
	if p.Err == nil && key != line.KeySpace {
		p = s.withNames(p)
	}
	if key == line.KeyQuestion {
		if p.Err != nil {
			return "", s.explain(p.Err)
		}
		return "", list(p.Choices)
	}
	in := p.Complete(command.Key(key))
	switch {
	case in.Err != nil:
		return "", s.explain(in.Err)
	case in.List:
		return "", list(p.Choices)
	}
	return in.Text, ""
}

// possible says what may stand behind the text, without live names.
func (s *shell) possible(before string) command.Possible {
	if s.editing {
		return s.config.Complete(before, s.level)
	}
	return s.here.op.Complete(before)
}

// withNames adds the live names. A source that does not answer adds none: the
// placeholder still says what may stand there.
func (s *shell) withNames(p command.Possible) command.Possible {
	if s.busy() {
		return p
	}
	for _, source := range p.Sources() {
		if source == command.SourceFiles {
			p = p.WithNames(s.fileNames(p.Token.Text))
			continue
		}
		var names []rpc.Name
		err := s.call(func(ctx context.Context) error {
			var err error
			names, err = rpc.Component{Caller: s.here.caller}.Complete(ctx, source, p.Token.Text)
			return err
		})
		if err != nil {
			continue
		}
		choices := make([]command.Choice, len(names))
		for i, n := range names {
			choices[i] = command.Choice{Name: n.Name, Help: n.Help}
		}
		p = p.WithNames(choices)
	}
	return p
}

// list prints possible completions.
func list(choices []command.Choice) string {
	var b strings.Builder
	b.WriteString("Possible completions:\n")
	width := nameColumn
	for _, c := range choices {
		if n := len([]rune(c.Name)); c.Help != "" && n <= wideColumn {
			width = max(width, n)
		}
	}
	for _, c := range choices {
		mark := " "
		if c.Mark != 0 {
			mark = string(rune(c.Mark))
		}
		text := mark + strings.Repeat(" ", markColumn-1) + c.Name
		if c.Help != "" {
			gap := max(width+1-len([]rune(c.Name)), 1)
			text += strings.Repeat(" ", gap) + c.Help
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

package cli

import (
	"context"
	"strconv"
	"strings"

	"oneswitch/cli/line"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/own"
	"oneswitch/internal/rpc"
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
	switch {
	case key != line.KeyQuestion:
	case p.Nothing():
		return "", "No valid completions\n"
	case p.Err != nil:
		return "", s.point(p.Err, before)
	default:
		return "", list(p.Choices)
	}
	in := p.Complete(command.Key(key))
	switch {
	case in.Err != nil:
		return "", s.point(in.Err, before)
	case in.List:
		return "", list(p.Choices)
	}
	return in.Text, ""
}

// possible says what may stand behind the text, without live names.
func (s *shell) possible(before string) command.Possible {
	if s.editing {
		return s.offer.Configuration.Complete(before, s.level)
	}
	return s.here.op.Complete(before)
}

// withNames adds the names that exist. A source that does not answer adds none: the
// placeholder still says what may stand there.
func (s *shell) withNames(p command.Possible) command.Possible {
	if s.busy() {
		return p
	}
	var found []command.Choice
	for _, source := range p.Sources() {
		switch source {
		case own.SourceFiles:
			found = append(found, s.fileNames(p.Token.Text)...)
		case own.SourceCommits:
			found = append(found, s.commits()...)
		default:
			found = append(found, s.names(rpc.Complete{Source: source, Prefix: p.Token.Text})...)
		}
	}
	if p.Place != nil {
		where := rpc.Complete{Source: rpc.SourceCandidate, Path: p.Place.Path.String(), Prefix: p.Token.Text}
		if p.Place.Committed {
			where.Source = rpc.SourceCommitted
		}
		found = append(found, s.names(where)...)
	}
	if len(found) == 0 {
		return p
	}
	return p.WithNames(found)
}

// names asks the component for names.
func (s *shell) names(ask rpc.Complete) []command.Choice {
	var names []rpc.Name
	err := s.call(func(ctx context.Context) error {
		var err error
		names, err = rpc.Component{Caller: s.here.caller}.Entries(ctx, ask.Source, ask.Path, ask.Prefix)
		return err
	})
	if err != nil {
		return nil
	}
	out := make([]command.Choice, len(names))
	for i, n := range names {
		out[i] = command.Choice{Name: n.Name, Help: n.Help}
	}
	return out
}

// commits are the configurations that rollback can go back to, told as Junos does.
func (s *shell) commits() []command.Choice {
	history, err := committed{s}.Revisions()
	if err != nil {
		return nil
	}
	var out []command.Choice
	for _, r := range history {
		if r.Rescue {
			continue
		}
		help := strings.TrimSpace(r.At + " by " + r.User + " via " + r.Client)
		if r.Comment != "" {
			help += "\n" + r.Comment
		}
		out = append(out, command.Choice{Name: strconv.Itoa(r.Number), Help: help})
	}
	return out
}

// point shows what is wrong with a line that stands above: the caret, as far to the
// right as the word is in the last row that it may share with it, the reason, and what
// was possible. Without a terminal the line is not above it, so there is no caret.
func (s *shell) point(bad *command.Error, typed string) string {
	var b strings.Builder
	if s.term != nil && s.term.Interactive() {
		width, _ := s.term.Size()
		before := typed[:min(bad.Pos, len(typed))]
		column := line.Columns(s.promptText()+before) + bad.Pos - len(before)
		b.WriteString(strings.Repeat(" ", column%width) + "^\n")
	}
	b.WriteString(bad.Text + "\n")
	if len(bad.Choices) > 0 {
		b.WriteString(list(bad.Choices))
	}
	return b.String()
}

// Columns of a list of possible completions, as Junos prints it: a long name pushes its
// own help text to the right, not that of all.
const (
	nameColumn = 2
	helpColumn = nameColumn + 21
	helpGap    = 2
)

// list prints possible completions.
func list(choices []command.Choice) string {
	var b strings.Builder
	b.WriteString("Possible completions:\n")
	for _, c := range choices { // there may be thousands: written straight into the text
		mark := byte(' ')
		if c.Mark != 0 {
			mark = byte(c.Mark)
		}
		b.WriteByte(mark)
		spaces(&b, nameColumn-1)
		b.WriteString(c.Name)
		gap := max(helpColumn-nameColumn-line.Columns(c.Name), helpGap)
		for help := range strings.SplitSeq(c.Help, "\n") {
			switch {
			case help == "":
			case gap == helpColumn:
				b.WriteByte('\n')
				fallthrough
			default:
				spaces(&b, gap)
				b.WriteString(help)
			}
			gap = helpColumn // a further line has no name
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func spaces(b *strings.Builder, n int) {
	for range n {
		b.WriteByte(' ')
	}
}

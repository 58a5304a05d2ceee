package command

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
)

// maxExpanded bounds how many statements one `wildcard range` becomes: more than a
// fabric has ports.
const maxExpanded = 16384

// wildcardWords are the two operations of wildcard.
func wildcardWords() []Choice {
	return []Choice{
		word("delete", "Delete a data element"),
		word("range", "Perform an operation on a range of statements"),
	}
}

// rangeVerbs are the verbs that `wildcard range` carries out.
func rangeVerbs() []string {
	return []string{"activate", "deactivate", "delete", "protect", "set", "unprotect"}
}

// wildcard reads the words behind `wildcard`.
func (g *Configuration) wildcard(words []Token, at conf.Path) (Statement, *Error) {
	s := Statement{Verb: "wildcard", Level: at}
	rest := words[1:]
	if len(rest) == 0 {
		return s, errorAt(afterLast(words), textMissing)
	}
	op, err := pick(rest[0], wildcardWords())
	if err != nil {
		return s, err
	}
	if len(rest) == 1 {
		return s, errorAt(afterLast(words), textMissing)
	}
	if op == "delete" {
		return g.wildcardDelete(s, rest[1:])
	}
	v, err := g.rangeVerb(rest[1])
	if err != nil {
		return s, err
	}
	if len(rest) == 2 {
		return s, errorAt(afterLast(words), textMissing)
	}
	return g.wildcardRange(s, v, rest[2:])
}

// rangeVerb resolves the verb behind `wildcard range`.
func (g *Configuration) rangeVerb(tok Token) (editVerb, *Error) {
	name, err := pick(tok, g.rangeChoices())
	if err != nil {
		return editVerb{}, err
	}
	return g.find(Token{Text: name, Pos: tok.Pos, End: tok.End})
}

func (g *Configuration) rangeChoices() []Choice {
	var out []Choice
	for _, v := range g.edit {
		if slices.Contains(rangeVerbs(), v.Name) {
			out = append(out, v.Choice)
		}
	}
	return out
}

// wildcardDelete reads the list whose entries are to go, and a regular expression
// for their names. Which ones it means only the candidate can tell.
func (g *Configuration) wildcardDelete(s Statement, words []Token) (Statement, *Error) {
	last := words[len(words)-1]
	p := g.paths.reader(s.Level, pathAny, s.Verb)
	for _, tok := range words[:len(words)-1] {
		if err := p.take(tok); err != nil {
			return s, err
		}
	}
	s.Path, s.Pattern = p.path(), last.Text
	s.Words = append([]string{"delete"}, append(p.words, last.Text)...)
	s.Line = strings.Join(append([]string{s.Verb, "delete"}, append(p.written, conf.Quote(last.Text))...), " ")
	return s, nil
}

// wildcardRange writes the statement once for each value of its ranges.
func (g *Configuration) wildcardRange(s Statement, v editVerb, words []Token) (Statement, *Error) {
	all, err := expandAll(words)
	if err != nil {
		return s, err
	}
	s.Words = []string{"range", v.Name}
	lines := make([]string, len(all))
	for i, toks := range all {
		p := g.paths.reader(s.Level, v.path, v.Name)
		for _, tok := range toks {
			if err := p.take(tok); err != nil {
				return s, err
			}
		}
		if !p.whole() || len(p.words) == 0 { // `delete` alone would empty the level
			return s, errorAt(afterLast(words), textMissing)
		}
		lines[i] = strings.Join(append([]string{v.Name}, p.written...), " ")
	}
	s.Line = strings.Join(lines, "\n")
	return s, nil
}

// afterWildcard completes what follows `wildcard`. Behind a range the first of its
// values stands for all.
func (g *Configuration) afterWildcard(words []Token, last Token, at conf.Path) Possible {
	out := Possible{Token: last}
	if len(words) == 0 {
		out.offer(wildcardWords())
		return out
	}
	op, err := pick(words[0], wildcardWords())
	if err != nil {
		out.Err = err
		return out
	}
	v, path := editVerb{verb{word("delete", ""), nil}, pathAny}, words[1:]
	if op == "range" {
		if len(words) == 1 {
			out.offer(g.rangeChoices())
			return out
		}
		if v, err = g.rangeVerb(words[1]); err != nil {
			out.Err = err
			return out
		}
		path = words[2:]
	}
	first := make([]Token, len(path))
	for i, tok := range path {
		values, err := expand(tok)
		if err != nil {
			out.Err = err
			return out
		}
		first[i] = tok
		first[i].Text = values[0]
	}
	out = g.after(v, first, last, at)
	if len(path) == 0 { // there must be a statement
		out.Choices = slices.DeleteFunc(out.Choices, func(c Choice) bool { return c.Kind == Enter || c.Kind == PipeMark })
	}
	return out
}

// expandAll returns the words once for each combination of the values of their
// ranges, at least one.
func expandAll(words []Token) ([][]Token, *Error) {
	all := [][]Token{nil}
	for _, tok := range words {
		values, err := expand(tok)
		if err != nil {
			return nil, err
		}
		if len(all)*len(values) > maxExpanded {
			return nil, errorAt(tok.Pos, "range is too large: at most "+strconv.Itoa(maxExpanded)+" statements")
		}
		next := make([][]Token, 0, len(all)*len(values))
		for _, before := range all {
			for _, text := range values {
				one := tok
				one.Text = text
				next = append(next, append(before[:len(before):len(before)], one))
			}
		}
		all = next
	}
	return all, nil
}

// expand writes a word with a range, such as xe-0/0/[0-3,7,!2], once for each value;
// a word without one is itself.
func expand(tok Token) ([]string, *Error) {
	if tok.Quoted || tok.Text == "[" || tok.Text == "]" || !strings.Contains(tok.Text, "[") {
		return []string{tok.Text}, nil
	}
	values, ok := conf.Ranges(tok.Text)
	if !ok {
		return nil, errorAt(tok.Pos, "invalid range: '"+tok.Text+"'")
	}
	return values, nil
}

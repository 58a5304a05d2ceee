package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// grammarToken matches one token of the notation; the groups of an argument are
// its name, the source that completes it, and the slash of a flag.
const grammarToken = `^\s*(?:<([a-z0-9-]+)(?::([a-z-]+))?(/)?>|([\[\](){}|])|([A-Za-z0-9.-]+))`

// grammarParser reads the notation of cli-command by recursive descent.
type grammarParser struct {
	rest  string
	token *regexp.Regexp
	rpc   *RPC
}

// parseGrammar compiles the cli-command of an RPC whose Input is already there.
func parseGrammar(text string, r *RPC) (*Grammar, error) {
	p := &grammarParser{rest: text, token: regexp.MustCompile(grammarToken), rpc: r}
	g, err := p.sequence()
	if err != nil {
		return nil, fmt.Errorf("cli-command %q: %w", text, err)
	}
	if strings.TrimSpace(p.rest) != "" {
		return nil, fmt.Errorf("cli-command %q: cannot read on at %q", text, p.rest)
	}
	for i := len(g.Items) - 1; i >= 0; i-- { // the last fixed word carries the help of the RPC
		if g.Items[i].Kind == Word {
			g.Items[i].Help = r.Help
			break
		}
	}
	for _, item := range g.Items {
		item.helpBelow(r.Help)
	}
	return g, nil
}

// helpBelow gives words inside alternatives that have no help text a general one.
func (g *Grammar) helpBelow(help string) {
	for _, item := range g.Items {
		if item.Kind == Word && item.Help == "" {
			item.Help = help
		}
		item.helpBelow(help)
	}
}

// sequence reads items up to a bar, a closing bracket or the end.
func (p *grammarParser) sequence() (*Grammar, error) {
	g := &Grammar{Kind: Sequence}
	for {
		m := p.token.FindStringSubmatch(p.rest)
		if m == nil || m[4] != "" && strings.Contains("])}|", m[4]) {
			break
		}
		p.rest = p.rest[len(m[0]):]
		item, err := p.item(m)
		if err != nil {
			return nil, err
		}
		if n := len(g.Items); n > 0 && item.Kind == Value && g.Items[n-1].Kind == Word && g.Items[n-1].Help == "" {
			g.Items[n-1].Help = item.Help // `interface <interface-name>`
		}
		g.Items = append(g.Items, item)
	}
	if len(g.Items) == 0 {
		return nil, fmt.Errorf("nothing stands before %q", p.rest)
	}
	return g, nil
}

func (p *grammarParser) item(m []string) (*Grammar, error) {
	switch {
	case m[4] == "(":
		return p.alternatives(OneOf, ")")
	case m[4] == "[":
		return p.alternatives(Maybe, "]")
	case m[4] == "{":
		return p.alternatives(AnyOrder, "}")
	case m[5] != "":
		help := ""
		if arg := p.rpc.Argument(m[5]); arg != nil {
			help = arg.help // `screen-length <screen-length>`: the word has the argument's help
		}
		return &Grammar{Kind: Word, Word: m[5], Help: help}, nil
	}
	arg := p.rpc.Argument(m[1])
	switch {
	case arg == nil:
		return nil, fmt.Errorf("<%s> is not an input of the rpc", m[1])
	case m[3] != "" && arg.kind != Empty:
		return nil, fmt.Errorf("<%s/> is a %s, not an empty leaf", m[1], arg.kind)
	case m[3] != "":
		return &Grammar{Kind: Flag, Word: arg.word, Help: arg.help, Arg: arg}, nil
	case !arg.HasValue():
		return nil, fmt.Errorf("<%s> is a %s, which has no value", m[1], arg.kind)
	}
	if m[2] == "" {
		m[2] = arg.source
	}
	return &Grammar{Kind: Value, Help: arg.help, Arg: arg, Source: m[2]}, nil
}

// alternatives reads sequences between bars up to the closing bracket.
func (p *grammarParser) alternatives(kind GrammarKind, closing string) (*Grammar, error) {
	g := &Grammar{Kind: kind}
	for {
		seq, err := p.sequence()
		if err != nil {
			return nil, err
		}
		if len(seq.Items) == 1 {
			seq = seq.Items[0]
		}
		g.Items = append(g.Items, seq)
		p.rest = strings.TrimSpace(p.rest)
		switch {
		case strings.HasPrefix(p.rest, closing):
			p.rest = p.rest[1:]
			return g, nil
		case strings.HasPrefix(p.rest, "|"):
			p.rest = p.rest[1:]
		default:
			return nil, fmt.Errorf("%q is not closed at %q", closing, p.rest)
		}
	}
}

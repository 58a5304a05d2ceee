package command

import (
	"strconv"
	"strings"
)

// Pipe is one stage after a bar: a verb in full and its arguments.
type Pipe struct {
	Verb string
	Args []string
}

// pipeArg says what follows a verb.
type pipeArg uint8

const (
	argNone    pipeArg = iota
	argPattern         // a regular expression
	argCount           // a number, may be left out
	argFile            // a file name
	argFormat          // one of formats
	argCompare         // nothing, or rollback n
)

// pipeVerb is one verb of a pipe. These are not in the schema: they are no
// commands but ways to look at the answer of any.
type pipeVerb struct {
	Choice
	arg pipeArg
}

// pipes is the grammar after a bar.
type pipes struct {
	verbs   []pipeVerb
	formats []Choice
}

// newPipes returns the pipes of operational or of configuration mode.
func newPipes(configuration bool) *pipes {
	word := func(name, help string, arg pipeArg) pipeVerb {
		return pipeVerb{Choice{Name: name, Help: help}, arg}
	}
	p := &pipes{
		verbs: []pipeVerb{
			word("compare", "Compare configuration changes with prior version", argCompare),
			word("count", "Count occurrences", argNone),
			word("display", "Show additional kinds of information", argFormat),
			word("except", "Show only text that does not match a pattern", argPattern),
			word("find", "Search for first occurrence of pattern", argPattern),
			word("last", "Display end of output only", argCount),
			word("match", "Show only text that matches a pattern", argPattern),
			word("no-more", "Don't paginate output", argNone),
			word("save", "Save output text to file", argFile),
		},
		formats: []Choice{
			{Name: "json", Help: "Show output in JSON format"},
			{Name: "set", Help: "Show 'set' commands that create configuration"},
			{Name: "xml", Help: "Show output as XML tags"},
		},
	}
	return p
}

// cutPipe splits tokens at the first bar.
func cutPipe(toks []Token) (words, after []Token, found bool) {
	for i, t := range toks {
		if t.isBar() {
			return toks[:i], toks[i+1:], true
		}
	}
	return toks, nil, false
}

func (t Token) isBar() bool { return t.Text == "|" && !t.Quoted }

// parse reads everything after the first bar.
func (p *pipes) parse(toks []Token) ([]Pipe, *Error) {
	var out []Pipe
	for {
		words, after, more := cutPipe(toks)
		stage, err := p.stage(words, afterLast(words))
		if err != nil {
			return nil, err
		}
		out = append(out, stage)
		if !more {
			return out, nil
		}
		toks = after
	}
}

// stage reads one verb with its arguments; end is where a missing one would stand.
func (p *pipes) stage(words []Token, end int) (Pipe, *Error) {
	if len(words) == 0 {
		return Pipe{}, errorAt(end, textMissing)
	}
	verb, err := p.verb(words[0])
	if err != nil {
		return Pipe{}, err
	}
	stage := Pipe{Verb: verb.Name}
	for i, tok := range words[1:] {
		choices := p.choices(verb.arg, i, stage.Args)
		value, err := pick(tok, choices)
		if err != nil {
			return Pipe{}, err
		}
		stage.Args = append(stage.Args, value)
	}
	choices := p.choices(verb.arg, len(stage.Args), stage.Args)
	if len(choices) > 0 && !hasEnter(choices) {
		return Pipe{}, errorAt(end, textMissing)
	}
	return stage, nil
}

// verb resolves the first word of a stage.
func (p *pipes) verb(tok Token) (pipeVerb, *Error) {
	choices := make([]Choice, len(p.verbs))
	for i, v := range p.verbs {
		choices[i] = v.Choice
	}
	name, err := pick(tok, choices)
	if err != nil {
		return pipeVerb{}, err
	}
	for _, v := range p.verbs {
		if v.Name == name {
			return v, nil
		}
	}
	return pipeVerb{}, errorAt(tok.Pos, textExpecting)
}

// choices lists what may stand as the i-th argument after a verb.
func (p *pipes) choices(arg pipeArg, i int, before []string) []Choice {
	enter := Choice{Name: "<[Enter]>", Help: "Execute this command", Kind: Enter}
	value := func(name, help string) Choice { return Choice{Name: name, Help: help, Kind: Placeholder} }
	switch {
	case arg == argPattern && i == 0:
		return []Choice{value("<pattern>", "Pattern to match against")}
	case arg == argFile && i == 0:
		return []Choice{value("<filename>", "Output file name")}
	case arg == argFormat && i == 0:
		return p.formats
	case arg == argCount && i == 0:
		return []Choice{enter, value("<lines>", "Number of lines from end of output")}
	case arg == argCompare && i == 0:
		return []Choice{enter, {Name: "rollback", Help: "Compare with a previous configuration"}}
	case arg == argCompare && i == 1 && before[0] == "rollback":
		return []Choice{value("<0..49>", "Number of the previous configuration")}
	case arg == argFormat && i == 1 && before[0] == "xml":
		return []Choice{enter, {Name: "rpc", Help: "Show the RPC of the command"}}
	case arg == argFormat && i == 1 && before[0] == "set":
		return []Choice{enter, {Name: "relative", Help: "Show commands relative to the current level"}}
	default:
		return []Choice{enter}
	}
}

func hasEnter(choices []Choice) bool { return Possible{Choices: choices}.has(Enter) }

// pick resolves a word among choices: the word, an unambiguous beginning, or a
// value where one may stand.
func pick(tok Token, choices []Choice) (string, *Error) {
	var fit []Choice
	for _, c := range choices {
		switch {
		case c.Kind == Placeholder:
			return tok.Text, checkPlaceholder(tok, c.Name)
		case c.Kind != Keyword:
		case c.Name == tok.Text:
			return c.Name, nil
		case c.fits(tok):
			fit = append(fit, c)
		}
	}
	switch len(fit) {
	case 0:
		return "", errorAt(tok.Pos, textExpecting)
	case 1:
		return fit[0].Name, nil
	default:
		return "", ambiguous(tok, fit)
	}
}

// checkPlaceholder refuses what is no number where one is wanted.
func checkPlaceholder(tok Token, name string) *Error {
	high := uint64(0)
	switch name {
	case "<lines>":
		high = 1 << 20
	case "<0..49>":
		high = 49
	default:
		return nil
	}
	if n, err := strconv.ParseUint(tok.Text, 10, 32); err != nil || n > high {
		return errorAt(tok.Pos, "Invalid numeric value: '"+tok.Text+"'.")
	}
	return nil
}

// complete says what may stand next after a bar.
func (p *pipes) complete(toks []Token, last Token) Possible {
	for {
		words, after, more := cutPipe(toks)
		if !more {
			return p.possible(words, last)
		}
		if _, err := p.stage(words, afterLast(words)); err != nil {
			return Possible{Token: last, Err: err}
		}
		toks = after
	}
}

func (p *pipes) possible(words []Token, last Token) Possible {
	out := Possible{Token: last}
	var choices []Choice
	if len(words) == 0 {
		for _, v := range p.verbs {
			choices = append(choices, v.Choice)
		}
	} else {
		verb, err := p.verb(words[0])
		if err != nil {
			return Possible{Token: last, Err: err}
		}
		var args []string
		for i, tok := range words[1:] {
			value, err := pick(tok, p.choices(verb.arg, i, args))
			if err != nil {
				return Possible{Token: last, Err: err}
			}
			args = append(args, value)
		}
		choices = p.choices(verb.arg, len(args), args)
		if hasEnter(choices) {
			choices = append(choices, Choice{Name: "|", Help: "Pipe through a command", Kind: PipeMark})
		}
	}
	for _, c := range choices {
		mark := c.Kind == Enter || c.Kind == PipeMark
		if mark && last.Text == "" || !mark && c.fits(last) {
			out.Choices = append(out.Choices, c)
		}
	}
	out.sort()
	if len(out.Choices) == 0 {
		out.Err = errorAt(last.Pos, textExpecting)
	}
	return out
}

// String writes the stage as typed.
func (p Pipe) String() string {
	words := []string{p.Verb}
	for _, a := range p.Args {
		words = append(words, Quote(a))
	}
	return strings.Join(words, " ")
}

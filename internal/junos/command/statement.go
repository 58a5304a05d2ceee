package command

import (
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/token"
)

// Statement is a parsed line of configuration mode.
type Statement struct {
	Verb  string
	Level conf.Path // where the words are relative to: the session's level, or the top after `top`
	Path  conf.Path // of show, edit, delete ...: the statement named, from the root
	Words []string  // what follows the verb, in full words without quotes
	Line  string    // verb and words as load-configuration reads them, relative to Level
	Pipes []Pipe
	Run   *Call // of run

	Pattern string // of wildcard delete: the regular expression for names below Path
}

// Has reports whether the word stands behind the verb.
func (s Statement) Has(word string) bool {
	for _, w := range s.Words {
		if w == word {
			return true
		}
	}
	return false
}

// After returns the word that follows the given one; of the verb's values, which
// are never options, it is the only way to read one.
func (s Statement) After(word string) string {
	for i, w := range s.Words[:max(len(s.Words)-1, 0)] {
		if w == word {
			return s.Words[i+1]
		}
	}
	return ""
}

// Configuration is the grammar of configuration mode.
type Configuration struct {
	paths statements
	op    *Operational // behind `run`
	edit  []editVerb
	names verbs
	pipes [ofText + 1]verbs
}

// NewConfiguration builds the grammar; op is what `run` may run.
func NewConfiguration(s *schema.Schema, op *Operational) *Configuration {
	g := &Configuration{paths: statements{root: s.Config()}, op: op}
	for of := range g.pipes {
		g.pipes[of] = newPipes(pipesOf(of))
	}
	g.take(newEditVerbs())
	return g
}

// take makes verbs those of the grammar.
func (g *Configuration) take(verbs []editVerb) {
	g.edit, g.names = verbs, nil
	for _, v := range verbs {
		g.names = append(g.names, v.verb)
	}
}

func (g *Configuration) find(tok Token) (editVerb, *Error) {
	found, err := g.names.find(tok)
	if err != nil {
		if err.Choices == nil {
			err.Text = textUnknown
		}
		return editVerb{}, err
	}
	for _, v := range g.edit {
		if v.Name == found.Name {
			return v, nil
		}
	}
	return editVerb{}, errorAt(tok.Pos, textUnknown)
}

// Parse reads a whole line as typed at a level. The error is an *Error.
func (g *Configuration) Parse(line string, at conf.Path) (Statement, error) {
	words, fromBar := cutPipe(Tokens(line))
	if len(words) == 0 {
		return Statement{}, errorAt(0, textUnknown)
	}
	s, err := g.statement(words, at)
	switch {
	case err != nil:
	case s.Verb == runVerb:
		return s.run(g.op, append(words[1:len(words):len(words)], fromBar...), afterLast(words))
	default:
		s.Pipes, err = g.pipesBehind(s.Verb).parsePipes(fromBar)
	}
	if err != nil {
		return Statement{}, err
	}
	return s, nil
}

// statement reads the words before the pipes.
func (g *Configuration) statement(words []Token, at conf.Path) (Statement, *Error) {
	v, err := g.find(words[0])
	if err != nil {
		return Statement{}, err
	}
	s := Statement{Verb: v.Name, Level: at}
	rest := words[1:]
	switch {
	case v.Name == runVerb:
		return s, nil // the operational grammar reads the rest
	case v.path == pathWildcard:
		return g.wildcard(words, at)
	}
	if next, level, ok := moved(v, rest, at); ok {
		return g.elsewhere(next, level)
	}
	if v.path == pathNone {
		if s.Words, err = v.args(rest); err == nil && !hasEnter(v.after(s.Words)) {
			err = errorAt(afterLast(words), textMissing)
		}
		if v.Name == "replace" {
			s.Line = v.Name + " " + quoteAll(s.Words)
		}
		return s, err
	}
	p := g.paths.reader(at, v.path, v.Name)
	for _, tok := range rest {
		if err := p.take(tok); err != nil {
			return s, err
		}
	}
	if !p.whole() {
		return s, errorAt(afterLast(words), textMissing)
	}
	s.Path, s.Words = p.path(), p.words
	s.Line = strings.Join(append([]string{v.Name}, p.written...), " ")
	return s, nil
}

// runVerb is the verb whose words and pipes are an operational command.
const runVerb = "run"

// run reads the operational command behind `run`.
func (s Statement) run(op *Operational, rest []Token, end int) (Statement, error) {
	if len(rest) == 0 || rest[0].IsBar() {
		return Statement{}, errorAt(end, textMissing)
	}
	call, err := op.parse(rest)
	if err != nil {
		return Statement{}, err
	}
	s.Run = &call
	return s, nil
}

// moved returns the command behind `top`, `up` and `up N`, and the level at which it
// is carried out.
func moved(v editVerb, rest []Token, at conf.Path) (next []Token, level conf.Path, ok bool) {
	switch {
	case len(rest) == 0 || v.Name != "top" && v.Name != "up":
		return nil, nil, false
	case v.Name == "top":
		return rest, nil, true
	}
	n := 1
	if steps, err := strconv.Atoi(rest[0].Text); err == nil && steps > 0 && steps <= maxUp && len(rest) > 1 {
		n, rest = steps, rest[1:]
	} else if err == nil {
		return nil, nil, false
	}
	for level = at; n > 0; n-- {
		level = level.Up()
	}
	return rest, level, true
}

// elsewhere reads a command that is carried out at another level.
func (g *Configuration) elsewhere(words []Token, level conf.Path) (Statement, *Error) {
	v, err := g.find(words[0])
	if err != nil {
		return Statement{}, err
	}
	if !v.movable() {
		return Statement{}, errorAt(words[0].Pos, textExpecting)
	}
	return g.statement(words, level)
}

// movables lists the verbs that may stand behind `top` and `up`.
func (g *Configuration) movables() []Choice {
	var out []Choice
	for _, v := range g.edit {
		if v.movable() {
			out = append(out, v.Choice)
		}
	}
	return out
}

func quoteAll(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = conf.Quote(w)
	}
	return strings.Join(out, " ")
}

// Complete says what may stand at the end of the line typed at a level.
func (g *Configuration) Complete(line string, at conf.Path) Possible {
	before, last := token.Last(line)
	words, fromBar := cutPipe(before)
	if len(words) == 0 {
		p := Possible{Token: last}
		if p.offer(g.names.choices()); p.Err != nil {
			p.Err.Text = textUnknown
		}
		return p
	}
	if len(fromBar) > 0 && !g.isRun(words[0]) {
		s, err := g.statement(words, at)
		if err != nil {
			return Possible{Token: last, Err: err}
		}
		return g.pipesBehind(s.Verb).completePipes(fromBar, last)
	}
	v, err := g.find(words[0])
	if err != nil {
		return Possible{Token: last, Err: err}
	}
	return g.after(v, before[1:], last, at)
}

// pipesBehind returns the pipes that may stand behind a verb.
func (g *Configuration) pipesBehind(verb string) verbs {
	switch verb {
	case "show":
		return g.pipes[ofConfiguration]
	case "commit":
		return g.pipes[ofCommit]
	}
	return g.pipes[ofText]
}

// isRun reports whether the word is run, perhaps shortened.
func (g *Configuration) isRun(tok Token) bool {
	v, err := g.find(tok)
	return err == nil && v.Name == runVerb
}

// after completes what follows a verb.
func (g *Configuration) after(v editVerb, words []Token, last Token, at conf.Path) Possible {
	switch {
	case v.Name == runVerb:
		return g.op.complete(words, last)
	case v.path == pathWildcard:
		return g.afterWildcard(words, last, at)
	}
	if next, level, ok := moved(v, words, at); ok {
		verb, err := g.find(next[0])
		if err != nil {
			return Possible{Token: last, Err: err}
		}
		return g.after(verb, next[1:], last, level)
	}
	if p := (Possible{Token: last}); v.Name == "top" || v.Name == "up" {
		args, err := v.args(words)
		if err != nil {
			p.Err = err
			return p
		}
		p.offer(append(v.after(args), g.movables()...))
		return p
	}
	if v.path == pathNone {
		return v.complete(words, last)
	}
	p := g.paths.reader(at, v.path, v.Name)
	for _, tok := range words {
		if err := p.take(tok); err != nil {
			return Possible{Token: last, Err: err}
		}
	}
	return p.possible(last)
}

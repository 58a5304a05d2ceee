package command

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/own"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/token"
)

// Arg is an argument of a command as typed; a flag that is set has the value "".
type Arg struct{ Name, Value string }

// Call is a parsed operational command.
type Call struct {
	RPC   *schema.RPC
	Words []string // the line in full words, without the pipes
	Args  []Arg    // in the order typed
	Pipes []Pipe
}

// Arg returns the value of the named argument. ok tells whether it was given.
func (c Call) Arg(name string) (value string, ok bool) {
	for _, a := range c.Args {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Operational is the grammar of operational mode as one kind of component serves
// it.
type Operational struct {
	schema *schema.Schema
	paths  statements // behind `show configuration`
	start  []thread
	pipes  map[bool]verbs // by whether the answer is a configuration
}

// NewOperational builds the grammar of the commands that server answers. With
// schema.ServedByCLI in also, those which the shell answers itself belong to it.
func NewOperational(s *schema.Schema, server schema.Server, also ...schema.Server) *Operational {
	g := &Operational{schema: s, paths: statements{root: s.Config()}, pipes: map[bool]verbs{false: newPipes(ofReport), true: newPipes(ofConfiguration)}}
	servers := append([]schema.Server{server}, also...)
	for _, r := range slices.Concat(s.RPCs(), own.Commands()) {
		if serves(r, servers) && r.Grammar != nil {
			g.start = append(g.start, thread{rpc: r, top: &frame{item: r.Grammar}})
		}
	}
	return g
}

// Without returns the grammar less the named RPCs.
func (g *Operational) Without(rpcs ...string) *Operational {
	out := &Operational{schema: g.schema, paths: g.paths, pipes: g.pipes}
	for _, t := range g.start {
		if !slices.Contains(rpcs, t.rpc.Name) {
			out.start = append(out.start, t)
		}
	}
	return out
}

// RPCs returns the commands of the grammar in schema order.
func (g *Operational) RPCs() []*schema.RPC {
	out := make([]*schema.RPC, len(g.start))
	for i, t := range g.start {
		out[i] = t.rpc
	}
	return out
}

// Parse reads a whole line. The error is an *Error.
func (g *Operational) Parse(line string) (Call, error) {
	return g.parse(Tokens(line))
}

func (g *Operational) parse(toks []Token) (Call, error) {
	words, fromBar := cutPipe(toks)
	at := walk{threads: g.start}
	if err := g.read(&at, words); err != nil {
		return Call{}, err
	}
	done, missing := at.end()
	if done == nil {
		if len(words) == 0 {
			missing = textExpecting
		}
		return Call{}, errorAt(afterLast(words), missing)
	}
	call := Call{RPC: done.rpc, Words: at.words, Args: done.args}
	statement := statementArg(done.rpc)
	if statement != "" {
		if err := g.readStatement(&call, statement, words); err != nil {
			return Call{}, err
		}
	}
	pipes, err := g.pipes[statement != ""].parsePipes(fromBar)
	if err != nil {
		return Call{}, err
	}
	call.Pipes = pipes
	return call, nil
}

// Complete says what may stand at the end of the line.
func (g *Operational) Complete(line string) Possible {
	before, last := token.Last(line)
	return g.complete(before, last)
}

func (g *Operational) complete(before []Token, last Token) Possible {
	words, fromBar := cutPipe(before)
	at := walk{threads: g.start}
	if err := g.read(&at, words); err != nil {
		return Possible{Token: last, Err: err}
	}
	if len(fromBar) > 0 {
		done, missing := at.end()
		if done == nil {
			return Possible{Token: last, Err: errorAt(afterLast(words), missing)}
		}
		return g.pipes[statementArg(done.rpc) != ""].completePipes(fromBar, last)
	}
	if n, ok := at.atStatement(); ok {
		p := g.paths.reader(nil, pathAny, "show")
		for _, tok := range words[len(words)-n:] {
			if err := p.take(tok); err != nil {
				return Possible{Token: last, Err: err}
			}
		}
		out := p.possible(last)
		if out.Place != nil {
			out.Place.Committed = true
		}
		return out
	}
	return g.possible(&at, last)
}

// read walks along the words.
func (g *Operational) read(at *walk, words []Token) *Error {
	for i, tok := range words {
		if err := at.step(tok, i == 0); err != nil {
			for j := range err.Choices {
				g.help(at, &err.Choices[j])
			}
			return err
		}
	}
	return nil
}

// help gives a word the text that the schema has for words which begin several
// commands.
func (g *Operational) help(at *walk, c *Choice) {
	if c.Kind == Keyword {
		c.Help = orElse(g.schema.WordHelp(strings.Join(append(at.words, c.Name), " ")), c.Help)
	}
}

// sourceStatement is the completion source of an argument that is a statement of
// the configuration: the schema itself knows what may stand there.
const sourceStatement = "configuration"

// statementArg returns the name of the argument that is a statement, if there is one.
func statementArg(r *schema.RPC) string {
	for _, n := range r.Input {
		if n.Source() == sourceStatement {
			return n.Name()
		}
	}
	return ""
}

// readStatement reads the words that name a statement along the schema and puts
// them in full into the call. They are the last ones of the line.
func (g *Operational) readStatement(call *Call, arg string, words []Token) *Error {
	first := len(call.Args)
	for first > 0 && call.Args[first-1].Name == arg {
		first--
	}
	p := g.paths.reader(nil, pathAny, "show")
	n := len(call.Args) - first
	for _, tok := range words[len(words)-n:] {
		if err := p.take(tok); err != nil {
			return err
		}
	}
	if !p.whole() {
		return errorAt(afterLast(words), textMissing)
	}
	copy(call.Words[len(call.Words)-n:], p.words)
	for i, w := range p.words {
		call.Args[first+i].Value = w
	}
	return nil
}

// possible lists what the walk allows next.
func (g *Operational) possible(at *walk, last Token) Possible {
	p := Possible{Token: last}
	steps, done := at.next()
	for _, s := range steps {
		for _, c := range s.choices() {
			g.help(at, &c)
			if c.fits(last) {
				p.add(c)
			}
		}
	}
	if len(done) > 0 && last.Text == "" {
		p.addEnd()
	}
	p.sort()
	if len(p.Choices) == 0 {
		p.Err = noFit(last, len(at.words) == 0)
	}
	return p
}

// noFit is the error for a word that nothing begins with.
func noFit(tok Token, first bool) *Error {
	if first {
		return errorAt(tok.Pos, textUnknown)
	}
	return errorAt(tok.Pos, textExpecting)
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// serves reports whether any of the servers answers the command.
func serves(r *schema.RPC, servers []schema.Server) bool {
	return slices.ContainsFunc(servers, r.Serves)
}

package command

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// pathReader follows the words behind a verb along the schema. It resolves
// abbreviations itself, so that the words in full can be sent on.
type pathReader struct {
	statements
	cursor  conf.Cursor
	use     pathUse
	verb    string
	words   []string // in full
	written []string // the same, quoted where they were or must be

	other   *conf.Cursor // behind the joint of a pathTwo verb: at the keys of the second name
	keyword bool         // the keyword of the list stands in front of them
	done    bool         // nothing may follow
}

func (s statements) reader(at conf.Path, use pathUse, verbName string) *pathReader {
	return &pathReader{statements: s, cursor: conf.At(s.root, at), use: use, verb: verbName}
}

// path is the statement that was named. While a list has no key yet it names all
// entries.
func (p *pathReader) path() conf.Path { return p.cursor.Path() }

// take reads one word.
func (p *pathReader) take(tok Token) *Error {
	switch {
	case p.done:
		return errorAt(tok.Pos, textSyntax)
	case p.other != nil:
		return p.takeOther(tok)
	case p.endsPath(tok):
		return p.takeJoint(tok)
	}
	exp := p.expect()
	if port, unit, ok := shortUnit(tok, exp); ok {
		for _, part := range []Token{port, {Text: unitWord, Pos: unit.Pos, End: unit.Pos}, unit} {
			if err := p.take(part); err != nil {
				return err
			}
		}
		return nil
	}
	full, err := resolve(tok, exp)
	if err != nil {
		return err
	}
	next, bad := p.cursor.Step(conf.Word{Text: full, Quoted: tok.Quoted, Column: tok.Pos + 1})
	switch {
	case bad != nil:
		return p.explain(tok, exp, bad)
	case exp.Value == nil && p.withheld.Has(next.Path()):
		return errorAt(tok.Pos, textSyntax) // nobody has told the user that it exists
	}
	p.cursor = next
	p.write(full, tok.Quoted)
	return nil
}

// unitWord is the list that the short form of a logical interface goes into.
const unitWord = "unit"

// shortUnit takes the short form of a logical interface apart: Node0:xe-0/0/7.0 is
// its unit 0, wherever an interface with units is named.
func shortUnit(tok Token, exp conf.Expectation) (port, unit Token, ok bool) {
	n := exp.Flat
	if exp.Value != nil {
		n = exp.Value
	}
	dot := strings.LastIndexByte(tok.Text, '.')
	if n == nil || dot < 0 || tok.Quoted || n.Check(tok.Text) == nil || n.Check(tok.Text[:dot]) != nil {
		return port, unit, false
	}
	if units := n.ChildWord(unitWord); units == nil || units.Check(tok.Text[dot+1:]) != nil {
		return port, unit, false
	}
	port, unit = tok, tok
	port.Text, port.End = tok.Text[:dot], tok.Pos+dot
	unit.Text, unit.Pos = tok.Text[dot+1:], tok.Pos+dot+1
	return port, unit, true
}

func (p *pathReader) write(full string, quoted bool) {
	p.words = append(p.words, full)
	if !quoted && (full == "[" || full == "]") {
		p.written = append(p.written, full)
		return
	}
	p.written = append(p.written, conf.Quote(full))
}

// endsPath reports whether the word is the one that ends the first half of a
// pathTwo verb, or the comment of annotate.
func (p *pathReader) endsPath(tok Token) bool {
	switch p.use {
	case pathTwo:
		if !p.named() || tok.Quoted {
			return false
		}
		for _, c := range joint(p.verb) {
			if c.Name == tok.Text {
				return true
			}
		}
		return false
	case pathComment:
		return tok.Quoted && len(p.words) > 0
	default:
		return false
	}
}

// named reports whether the words name one entry of a list, or one value of several:
// what can be renamed, copied and inserted.
func (p *pathReader) named() bool {
	steps := p.path()
	return len(steps) > 0 && steps[len(steps)-1].Node.Many() && !steps.Whole()
}

func (p *pathReader) takeJoint(tok Token) *Error {
	if p.use == pathComment {
		p.words = append(p.words, tok.Text)
		p.written = append(p.written, conf.Quote(tok.Text))
		p.done = true
		return nil
	}
	p.write(tok.Text, false)
	steps := p.path()
	last := len(steps) - 1
	other := conf.At(p.root, steps[:last].Then(steps[last].Node, ""))
	p.other = &other
	return nil
}

// takeOther reads the second half of a pathTwo verb: the keys of another entry of the
// list, or another value, with the keyword of the statement in front where it has one.
func (p *pathReader) takeOther(tok Token) *Error {
	steps := p.path()
	if n := steps[len(steps)-1].Node; !p.keyword && len(p.other.Keys()) == 0 && !n.Flat() && !tok.Quoted && tok.Text == n.Word() {
		p.keyword = true
		p.write(tok.Text, false)
		return nil
	}
	exp := p.expectOther()
	full, err := resolve(tok, exp)
	switch {
	case err != nil:
		return err
	case !tok.Quoted && (full == "[" || full == "]"):
		return errorAt(tok.Pos, textSyntax)
	}
	next, bad := p.other.Step(conf.Word{Text: full, Quoted: tok.Quoted, Column: tok.Pos + 1})
	if bad != nil {
		return p.explain(tok, exp, bad)
	}
	p.other, p.done = &next, !next.Path().Whole()
	p.write(full, tok.Quoted)
	return nil
}

// expectOther is what may follow in the second half: one name, never several at once.
func (p *pathReader) expectOther() conf.Expectation {
	exp := p.other.Expect()
	exp.Open, exp.Close = false, false
	return exp
}

// others lists what may follow in the second half. The new name of a statement is not
// one of those that exist, unless it is the name of something else, as that of a port.
func (p *pathReader) others() []Choice {
	exp := p.expectOther()
	choices := expected(exp)
	own := exp.Value != nil && exp.Value.Kind() == schema.List && exp.Value.Source() != schema.SourcePorts && len(exp.Value.RefersTo()) == 0
	for i := range choices {
		if own || p.verb == "insert" {
			choices[i].Source = ""
		}
	}
	return choices
}

// resolve writes an abbreviated keyword, or word of an enumeration, in full.
func resolve(tok Token, exp conf.Expectation) (string, *Error) {
	if tok.Quoted || isFlatValue(tok, exp) {
		return tok.Text, nil
	}
	var fit []Choice
	for _, c := range expected(exp) {
		if c.Kind != Keyword || !c.fits(tok) {
			continue
		}
		if c.Name == tok.Text {
			return c.Name, nil
		}
		fit = append(fit, c)
	}
	switch {
	case len(fit) == 1:
		return fit[0].Name, nil
	case len(fit) > 1 && exp.Flat == nil && (exp.Value == nil || len(exp.Value.Choices()) > 0):
		return "", ambiguous(tok, fit)
	}
	return tok.Text, nil
}

// isFlatValue reports whether the word is a value without a keyword, such as the
// name of an interface. It goes before the beginning of a keyword, as in
// conf.Cursor: a VLAN may be called `a`.
func isFlatValue(tok Token, exp conf.Expectation) bool {
	if exp.Flat == nil || exp.Value != nil || tok.Text == "" || exp.Flat.Check(tok.Text) != nil {
		return false
	}
	for _, n := range exp.Keywords {
		if n.Word() == tok.Text {
			return tok.Quoted
		}
	}
	return true
}

// explain turns the refusal of a word into Junos' text.
func (p *pathReader) explain(tok Token, exp conf.Expectation, bad error) *Error {
	if exp.Value == nil && exp.Flat == nil {
		return errorAt(tok.Pos, textSyntax)
	}
	return errorAt(tok.Pos, strings.TrimPrefix(bad.Error(), "error: "))
}

// expected lists what may follow in the form of choices.
func expected(exp conf.Expectation) []Choice {
	var out []Choice
	if v := exp.Value; v != nil {
		if keys := v.Keys(); len(keys) > 1 { // each is told for itself
			v = keys[0]
		}
		out = append(out, valueChoices(v, sources(v, v.Source()))...)
	}
	if exp.Flat != nil {
		out = append(out, valueChoices(exp.Flat, sources(exp.Flat, exp.Flat.Source()))...)
	}
	for _, n := range exp.Keywords {
		if !n.Hidden() {
			out = append(out, Choice{Name: n.Word(), Help: n.Help(), Mark: mark(n)})
		}
	}
	if exp.Open {
		out = append(out, Choice{Name: "[", Help: "Open a set of values"})
	}
	if exp.Close {
		out = append(out, Choice{Name: "]", Help: "Close the current set"})
	}
	return out
}

// sources are where names of a value come from: the named source, and the lists that
// it refers to, or that its type takes names of.
func sources(n *schema.Node, source string) string {
	for _, list := range slices.Concat(n.RefersTo(), n.Collections()) {
		if list[0] != ".." { // near the statement: complete-from says where
			source += sourceBar + strings.Join(list, " ")
		}
	}
	return strings.TrimPrefix(source, sourceBar)
}

func mark(n *schema.Node) Mark {
	switch {
	case n.Kind() == schema.LeafList:
		return MarkList
	case n.Holds():
		return MarkContainer
	default:
		return 0
	}
}

// whole reports whether the line may end here.
func (p *pathReader) whole() bool {
	exp := p.cursor.Expect()
	switch p.use {
	case pathAny:
		return exp.Names
	case pathNamed:
		return len(p.words) > 0 && exp.Names
	case pathLevel:
		return len(p.words) > 0 && exp.Value == nil && p.holds()
	case pathTwo, pathComment:
		return p.done
	default:
		return len(p.words) > 0 && exp.End
	}
}

// holds reports whether the path leads to a level that statements may stand in.
func (p *pathReader) holds() bool {
	steps := p.path()
	if len(steps) == 0 {
		return true
	}
	last := steps[len(steps)-1]
	return last.Node.Holds() && (last.Node.Kind() != schema.List || last.Key != "")
}

// possible says what may follow.
func (p *pathReader) possible(last Token) Possible {
	out := Possible{Token: last, Place: p.place(), mixed: true}
	var choices []Choice
	switch {
	case p.done:
	case p.other != nil:
		choices = p.others()
	default:
		exp := p.expect()
		if p.use == pathTwo {
			exp.Keywords = slices.DeleteFunc(slices.Clone(exp.Keywords), func(n *schema.Node) bool { return !n.Named() && !leadsToMany(n, 0) })
		}
		choices = p.levelsOnly(expected(exp))
		if !p.creates() {
			for i := range choices {
				choices[i].Source = ""
			}
		}
		if p.use == pathTwo && p.named() {
			choices = append(choices, joint(p.verb)...)
		}
		if p.use == pathComment && len(p.words) > 0 {
			choices = append(choices, value("<comment>", "Comment text in quotes"))
		}
	}
	if p.whole() {
		choices = append(choices, enter())
	}
	out.isValue = p.other == nil && !p.done && isFlatValue(last, p.cursor.Expect())
	out.offer(choices)
	if out.Err != nil {
		out.Err.Text = textSyntax
	}
	return out
}

// leadsToMany reports whether a statement is one of several, or holds such.
func leadsToMany(n *schema.Node, depth int) bool {
	return n.Many() || depth < maxDepth && slices.ContainsFunc(n.Children(), func(k *schema.Node) bool {
		return !k.Everywhere() && leadsToMany(k, depth+1)
	})
}

// maxDepth bounds how deep statements are looked into; none is deeper.
const maxDepth = 16

// creates reports whether the verb may name what does not exist yet. The others are
// offered only what does.
func (p *pathReader) creates() bool { return p.use == pathSet || p.use == pathLevel }

// place is the list whose entries, or whose further keys, may be named next.
func (p *pathReader) place() *Place {
	at, exp := p.cursor, p.cursor.Expect()
	switch {
	case p.done, p.other != nil && p.verb != "insert":
		return nil
	case p.other != nil:
		at, exp = *p.other, p.other.Expect()
	}
	path := at.Path()
	switch {
	case exp.Value != nil:
		list, n := path[:len(path)-1], path[len(path)-1].Node
		if !n.Many() || n.Kind() == schema.LeafList && p.use == pathSet {
			return nil
		}
		return &Place{Path: list.Then(n, schema.JoinKey(at.Keys()))}
	case exp.Flat != nil && p.creates() && exp.Flat.Source() == schema.SourcePorts:
		return nil // that source knows the configured ones as well
	case exp.Flat != nil && exp.Flat.Kind() == schema.List, exp.Flat != nil && p.use != pathSet:
		return &Place{Path: path.Then(exp.Flat, "")}
	}
	return nil
}

// levelsOnly takes away what edit cannot enter.
func (p *pathReader) levelsOnly(choices []Choice) []Choice {
	if p.use != pathLevel {
		return choices
	}
	var out []Choice
	exp := p.expect()
	for _, c := range choices {
		if c.Kind != Keyword || c.Mark == MarkContainer || exp.Value != nil {
			out = append(out, c)
		}
	}
	return out
}

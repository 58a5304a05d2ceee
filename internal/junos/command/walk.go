package command

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// frame is one grammar item that is still to match, with what follows it. Frames
// are never changed, so threads share them.
type frame struct {
	item *schema.Grammar
	used uint64 // AnyOrder: the alternatives that are taken already, as bits
	next *frame
}

// thread is one way to read the line so far: a command and what it still wants.
type thread struct {
	rpc  *schema.RPC
	top  *frame
	args []Arg
}

// then returns the thread after a word: with one more argument (when name is not
// empty), going on at rest.
func (t thread) then(rest *frame, arg *Arg) thread {
	t.top = rest
	if arg != nil {
		t.args = append(t.args[:len(t.args):len(t.args)], *arg)
	}
	return t
}

// step is one word, flag or value that a thread would take next.
type step struct {
	thread thread
	item   *schema.Grammar
	rest   *frame
}

// choices are the forms in which the step may be typed.
func (s step) choices() []Choice {
	switch s.item.Kind {
	case schema.Word, schema.Flag:
		help := s.item.Help
		if help == "" && s.rest == nil {
			help = s.thread.rpc.Help
		}
		return []Choice{{Name: s.item.Word, Help: help}}
	default:
		if s.item.Arg == nil {
			return []Choice{{Name: "<" + s.item.Word + ">", Help: s.item.Help, Kind: Placeholder, Source: s.item.Source}}
		}
		return valueChoices(s.item.Arg, s.item.Source)
	}
}

// argument is the name of the argument that a value or a flag is for.
func (s step) argument() string {
	if s.item.Arg == nil {
		return s.item.Word
	}
	return s.item.Arg.Name()
}

// valueChoices are the forms of a value: the words of an enumeration, or a
// placeholder with the source of live names.
func valueChoices(n *schema.Node, source string) []Choice {
	var out []Choice
	for _, c := range n.Choices() {
		out = append(out, Choice{Name: c.Word, Help: c.Help})
	}
	if len(out) > 0 {
		return out
	}
	return []Choice{{Name: ValueName(n), Help: ranged(n), Kind: Placeholder, Source: source}}
}

// ValueName is how `?` shows that any value of the type may stand here: <vlan-name>.
func ValueName(n *schema.Node) string {
	name := n.ValueHelp()
	if name == "" || isRange(name) {
		name = n.Word()
	}
	if name[0] == '<' {
		return name
	}
	return "<" + name + ">"
}

// isRange reports whether the name of a value is the range of a number: <1..4094>.
func isRange(name string) bool { return strings.HasPrefix(name, "<") && strings.Contains(name, "..") }

// ranged is the help text of a value, with the range of a number behind it.
func ranged(n *schema.Node) string {
	if name := n.ValueHelp(); isRange(name) {
		return strings.TrimSpace(n.Help() + " (" + strings.Trim(name, "<>") + ")")
	}
	return n.Help()
}

// walk is all the ways to read a line, word by word.
type walk struct {
	threads []thread
	words   []string // read so far, in full
}

// next expands the threads to what each would take next; done are those that are
// whole already.
func (w *walk) next() (steps []step, done []thread) {
	var expand func(t thread, f *frame)
	expand = func(t thread, f *frame) {
		if f == nil {
			done = append(done, t)
			return
		}
		switch items := f.item.Items; f.item.Kind {
		case schema.Sequence:
			rest := f.next
			for i := len(items) - 1; i >= 0; i-- {
				rest = &frame{item: items[i], next: rest}
			}
			expand(t, rest)
		case schema.OneOf, schema.Maybe:
			for _, it := range items {
				expand(t, &frame{item: it, next: f.next})
			}
			if f.item.Kind == schema.Maybe {
				expand(t, f.next)
			}
		case schema.AnyOrder:
			for i, it := range items {
				if f.used&(1<<i) == 0 {
					rest := &frame{item: f.item, used: f.used | 1<<i, next: f.next}
					expand(t, &frame{item: it, next: rest})
				}
			}
			expand(t, f.next)
		default:
			steps = append(steps, step{t, f.item, f.next})
		}
	}
	for _, t := range w.threads {
		expand(t, t.top)
	}
	return steps, done
}

// step reads one word: a keyword in full, else the unambiguous beginning of one,
// else a value.
func (w *walk) step(tok Token, first bool) *Error {
	steps, _ := w.next()
	word, err := keyword(tok, steps)
	if err != nil {
		return err
	}
	var threads []thread
	full := tok.Text
	if word != "" {
		threads, full = takeWord(word, steps), word
	} else if threads, err = takeValue(tok, steps); err != nil {
		return err
	}
	if len(threads) == 0 {
		return noFit(tok, first)
	}
	w.threads = threads
	w.words = append(w.words, full)
	return nil
}

// keyword finds the word of the language that tok is, or begins; empty when it is
// none, or when it begins several and may be a value as well.
func keyword(tok Token, steps []step) (string, *Error) {
	if tok.Quoted {
		return "", nil
	}
	var fit []Choice
	free := false
	for _, s := range steps {
		for _, c := range s.choices() {
			switch {
			case c.Kind != Keyword:
				free = true
			case c.Name == tok.Text:
				return c.Name, nil
			case c.fits(tok) && !contains(fit, c.Name):
				fit = append(fit, c)
			}
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0].Name, nil
	case len(fit) > 1 && !free:
		p := Possible{Choices: fit}
		p.sort()
		return "", ambiguous(tok, p.Choices)
	}
	return "", nil
}

func contains(list []Choice, name string) bool {
	for _, c := range list {
		if c.Name == name {
			return true
		}
	}
	return false
}

// takeWord advances every thread that wants the word.
func takeWord(word string, steps []step) []thread {
	var out []thread
	for _, s := range steps {
		for _, c := range s.choices() {
			if c.Kind != Keyword || c.Name != word {
				continue
			}
			switch s.item.Kind {
			case schema.Word:
				out = append(out, s.thread.then(s.rest, nil))
			case schema.Flag:
				out = append(out, s.thread.then(s.rest, &Arg{Name: s.argument()}))
			default:
				out = append(out, s.thread.then(s.again(), &Arg{s.argument(), word}))
			}
		}
	}
	return out
}

// takeValue advances every thread that wants a value and takes this one. When all
// refuse it the error is the reason of the first.
func takeValue(tok Token, steps []step) ([]thread, *Error) {
	var out []thread
	var reason *Error
	for _, s := range steps {
		if s.item.Kind != schema.Value || s.item.Excepts(tok.Text) || s.item.Arg != nil && len(s.item.Arg.Choices()) > 0 {
			continue
		}
		if s.item.Arg == nil {
			out = append(out, s.thread.then(s.rest, &Arg{s.argument(), tok.Text}))
			continue
		}
		value, err := s.item.Arg.Canonical(tok.Text)
		if err != nil {
			if reason == nil {
				reason = errorAt(tok.Pos, err.Error())
			}
			continue
		}
		out = append(out, s.thread.then(s.again(), &Arg{s.item.Arg.Name(), value}))
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, reason
}

// again is where a value goes on: a leaf-list takes further values.
func (s step) again() *frame {
	if s.item.Arg == nil || s.item.Arg.Kind() != schema.LeafList {
		return s.rest
	}
	more := &schema.Grammar{Kind: schema.Maybe, Items: []*schema.Grammar{s.item}}
	return &frame{item: more, next: s.rest}
}

// end returns the command that is whole here, or nil and the text that says what
// is missing.
func (w *walk) end() (*thread, string) {
	steps, done := w.next()
	if len(done) > 0 {
		return &done[0], ""
	}
	for _, s := range steps {
		if s.item.Kind == schema.Value {
			return nil, textMissing
		}
	}
	return nil, textExpecting
}

// atStatement reports whether a statement of the configuration may go on here, and
// how many of its words stand there already.
func (w *walk) atStatement() (words int, ok bool) {
	steps, _ := w.next()
	for _, s := range steps {
		if s.item.Kind != schema.Value || s.item.Source != sourceStatement {
			continue
		}
		for _, a := range s.thread.args {
			if a.Name == s.item.Arg.Name() {
				words++
			}
		}
		return words, true
	}
	return 0, false
}

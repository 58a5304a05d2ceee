package command

// word is a node of the tree of selecting words.
type word struct {
	choice Choice
	next   []*word
	op     *Operation // the command that ends here, or nil
}

// add hangs a command into the tree.
func (w *word) add(op *Operation) {
	at := w
	for _, c := range op.Words {
		at = at.child(c)
	}
	at.op = op
}

func (w *word) child(c Choice) *word {
	for _, n := range w.next {
		if n.choice.Name == c.Name {
			if n.choice.Help == "" {
				n.choice.Help = c.Help
			}
			return n
		}
	}
	n := &word{choice: c}
	w.next = append(w.next, n)
	return n
}

// parse is completed below.
func (g *Operational) parse(toks []Token) (Call, *Error) {
	if len(toks) == 0 {
		return Call{}, errorAt(0, textExpecting)
	}
	return Call{}, errorAt(toks[0].Pos, textUnknown)
}

package command

import "strconv"

// verb is a word that is no operational command, with what may follow it: a pipe,
// or a command of configuration mode.
type verb struct {
	Choice
	// next lists what may stand after the words before, which are in full. nil:
	// nothing may.
	next func(before []string) []Choice
}

// verbs is a set of them.
type verbs []verb

// find resolves the word that begins a command.
func (v verbs) find(tok Token) (verb, *Error) {
	name, err := pick(tok, v.choices())
	if err != nil {
		return verb{}, err
	}
	for _, w := range v {
		if w.Name == name {
			return w, nil
		}
	}
	return verb{}, errorAt(tok.Pos, textUnknown)
}

func (v verbs) choices() []Choice {
	out := make([]Choice, len(v))
	for i, w := range v {
		out[i] = w.Choice
	}
	return out
}

// after lists what may stand after the words.
func (v verb) after(before []string) []Choice {
	if v.next == nil {
		return []Choice{enter()}
	}
	return v.next(before)
}

// args reads the words after the verb.
func (v verb) args(toks []Token) ([]string, *Error) {
	var out []string
	for _, tok := range toks {
		word, err := pick(tok, v.after(out))
		if err != nil {
			return nil, err
		}
		out = append(out, word)
	}
	return out, nil
}

// complete says what may stand after the verb and some words.
func (v verb) complete(toks []Token, last Token) Possible {
	p := Possible{Token: last}
	args, err := v.args(toks)
	if err != nil {
		p.Err = err
		return p
	}
	p.offer(v.after(args))
	return p
}

// offer adds those choices that fit what is typed.
func (p *Possible) offer(choices []Choice) {
	for _, c := range choices {
		switch {
		case c.Kind == Enter && p.Token.Text == "":
			p.addEnd()
		case c.Kind != Enter && c.fits(p.Token):
			p.add(c)
		}
	}
	p.sort()
	if len(p.Choices) == 0 {
		p.Err = errorAt(p.Token.Pos, textExpecting)
	}
}

// pick resolves a word among choices: the word itself, an unambiguous beginning,
// else a value where one may stand.
func pick(tok Token, choices []Choice) (string, *Error) {
	var fit []Choice
	var free *Choice
	for i, c := range choices {
		switch {
		case c.Kind == Placeholder:
			free = &choices[i]
		case c.Kind != Keyword || tok.Quoted:
		case c.Name == tok.Text:
			return c.Name, nil
		case c.fits(tok):
			fit = append(fit, c)
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0].Name, nil
	case free != nil:
		return tok.Text, free.check(tok)
	case len(fit) > 1:
		return "", ambiguous(tok, fit)
	default:
		return "", errorAt(tok.Pos, textExpecting)
	}
}

// number is a placeholder for a number in a range; the range stands behind the help
// text, so that help and check cannot differ.
func number(low, high int, help string) Choice {
	help += " (" + strconv.Itoa(low) + ".." + strconv.Itoa(high) + ")"
	return Choice{Name: "<number>", Help: help, Kind: Placeholder, low: low, high: high}
}

func value(name, help string) Choice { return Choice{Name: name, Help: help, Kind: Placeholder} }

func word(name, help string) Choice { return Choice{Name: name, Help: help} }

// check refuses a value that is no number in the range of a number's placeholder.
func (c Choice) check(tok Token) *Error {
	if c.high == 0 {
		return nil
	}
	n, err := strconv.Atoi(tok.Text)
	switch {
	case err != nil:
		return errorAt(tok.Pos, "invalid numeric value: '"+tok.Text+"'")
	case n < c.low || n > c.high:
		return errorAt(tok.Pos, "Value "+tok.Text+" is not within range ("+
			strconv.Itoa(c.low)+".."+strconv.Itoa(c.high)+")")
	}
	return nil
}

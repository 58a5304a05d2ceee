package withheld

import (
	"slices"

	"oneswitch/internal/junos/schema"
)

// Options returns the words that may stand right behind the fixed words of a command,
// and whether a value may.
func Options(g *schema.Grammar) (words []string, value bool) {
	firsts(behind(g), func(item *schema.Grammar) {
		switch {
		case item.Kind == schema.Value:
			value = true
		case !slices.Contains(words, item.Word):
			words = append(words, item.Word)
		}
	})
	return words, value
}

// behind is what follows the fixed words.
func behind(g *schema.Grammar) *schema.Grammar {
	if g == nil || g.Kind != schema.Sequence {
		return sequence(nil)
	}
	return sequence(g.Items[len(g.Begins()):])
}

// firsts calls f with every item that may be the first.
func firsts(g *schema.Grammar, f func(*schema.Grammar)) {
	switch g.Kind {
	case schema.Sequence:
		for _, item := range g.Items {
			if firsts(item, f); !nullable(item) {
				return
			}
		}
	case schema.OneOf, schema.Maybe, schema.AnyOrder:
		for _, item := range g.Items {
			firsts(item, f)
		}
	default:
		f(g)
	}
}

// nullable reports whether nothing at all fits too.
func nullable(g *schema.Grammar) bool {
	switch g.Kind {
	case schema.Sequence:
		return !slices.ContainsFunc(g.Items, func(item *schema.Grammar) bool { return !nullable(item) })
	case schema.OneOf:
		return slices.ContainsFunc(g.Items, nullable)
	default:
		return g.Kind == schema.Maybe || g.Kind == schema.AnyOrder
	}
}

// Narrow returns what is left of a command, nil when that is nothing.
func (c Command) Narrow(r *schema.RPC) *schema.RPC {
	if c.Whole() {
		return nil
	}
	end := behind(r.Grammar)
	rest := c.begun(end)
	switch {
	case !c.Bare && nullable(end):
		rest = either(schema.Maybe, rest)
	case rest == nil:
		return nil
	}
	out := *r
	fixed := r.Grammar.Items[:len(r.Grammar.Items)-len(end.Items)]
	out.Grammar = sequence(slices.Concat(fixed, []*schema.Grammar{rest}))
	return &out
}

// begun returns the forms of an item in which something stands that may stand first;
// nil when there is none. What follows the first word is as before.
func (c Command) begun(g *schema.Grammar) *schema.Grammar {
	var forms []*schema.Grammar
	add := func(first *schema.Grammar, then ...*schema.Grammar) {
		if first = c.begun(first); first != nil {
			forms = append(forms, sequence(append([]*schema.Grammar{first}, then...)))
		}
	}
	switch g.Kind {
	case schema.Value:
		if c.Values {
			return nil
		}
		out := *g
		out.Except = c.Options // what would be read as one of them
		return &out
	case schema.Word, schema.Flag:
		if slices.Contains(c.Options, g.Word) {
			return nil
		}
		return g
	case schema.Sequence:
		for i, item := range g.Items {
			if add(item, g.Items[i+1:]...); !nullable(item) {
				break
			}
		}
	case schema.AnyOrder:
		for i, item := range g.Items {
			others := slices.Delete(slices.Clone(g.Items), i, i+1)
			add(item, either(schema.AnyOrder, others...))
		}
	default:
		for _, item := range g.Items {
			add(item)
		}
	}
	if len(forms) == 0 {
		return nil
	}
	return either(schema.OneOf, forms...)
}

func sequence(items []*schema.Grammar) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Sequence, Items: items}
}

// either leaves out what there is not.
func either(kind schema.GrammarKind, items ...*schema.Grammar) *schema.Grammar {
	items = slices.DeleteFunc(items, func(g *schema.Grammar) bool { return g == nil })
	return &schema.Grammar{Kind: kind, Items: items}
}

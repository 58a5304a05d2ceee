package command

import (
	"slices"
	"strings"
)

// Usage is a verb of configuration mode or a pipe, for whoever describes the language.
type Usage struct {
	Name  string
	Help  string
	Takes []Choice // what may stand right behind it
	Whole string   // what follows, where that is no word of the verb's own: "statement", "command"
}

// Verbs returns the verbs of configuration mode.
func (g *Configuration) Verbs() []Usage {
	out := make([]Usage, len(g.edit))
	for i, v := range g.edit {
		out[i] = Usage{Name: v.Name, Help: v.Help}
		switch {
		case v.Name == runVerb:
			out[i].Whole = "command"
		case v.path != pathNone && v.path != pathWildcard:
			out[i].Whole = "statement"
		default:
			out[i].Takes = g.Complete(v.Name+" ", nil).Choices
		}
	}
	return out
}

// Pipes returns what may stand behind a bar, after whatever command, by name.
func (g *Configuration) Pipes() []Usage {
	all := map[string]*Possible{}
	var out []Usage
	for _, set := range g.pipes {
		for _, v := range set {
			if all[v.Name] == nil {
				all[v.Name] = &Possible{}
				out = append(out, Usage{Name: v.Name, Help: v.Help})
			}
			for _, c := range v.after(nil) {
				all[v.Name].add(c)
			}
		}
	}
	for i, u := range out {
		all[u.Name].sort()
		out[i].Takes = all[u.Name].Choices
	}
	slices.SortFunc(out, func(a, b Usage) int { return strings.Compare(a.Name, b.Name) })
	return out
}

package command

import (
	"slices"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
)

// statements are those of the configuration, less those that are withheld.
type statements struct {
	root     *schema.Node
	withheld withheld.Statements
}

// expect is what may follow, as far as the user is told.
func (p *pathReader) expect() conf.Expectation {
	exp := p.cursor.Expect()
	if p.withheld == nil || exp.Value != nil {
		return exp
	}
	level := p.path()
	if len(level) > 0 && !level.End(p.root).Holds() {
		level = level[:len(level)-1] // behind a whole statement
	}
	exp.Keywords = p.withheld.Rest(level, exp.Keywords)
	if exp.Flat != nil && p.withheld.Has(level.Then(exp.Flat, "")) {
		exp.Flat = nil
	}
	return exp
}

// Narrowed returns the grammar less what is withheld of some commands, and less the
// statements that are.
func (g *Operational) Narrowed(commands []withheld.Command, hidden withheld.Statements) *Operational {
	out := &Operational{schema: g.schema, paths: statements{g.paths.root, hidden}, pipes: g.pipes}
	for _, t := range g.start {
		i := slices.IndexFunc(commands, func(c withheld.Command) bool { return c.RPC == t.rpc.Name })
		if i < 0 {
			out.start = append(out.start, t)
		} else if r := commands[i].Narrow(t.rpc); r != nil {
			out.start = append(out.start, thread{rpc: r, top: &frame{item: r.Grammar}})
		}
	}
	return out
}

// Narrowed returns the grammar less some verbs and statements; op is what `run` may run
// then.
func (g *Configuration) Narrowed(op *Operational, verbs []string, hidden withheld.Statements) *Configuration {
	out := &Configuration{paths: statements{g.paths.root, hidden}, op: op, pipes: g.pipes}
	out.take(slices.DeleteFunc(slices.Clone(g.edit), func(v editVerb) bool { return slices.Contains(verbs, v.Name) }))
	return out
}

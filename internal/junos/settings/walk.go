package settings

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/inventory"
)

// facts are what a statement and those below it say by themselves.
type facts struct {
	names []mention     // values that name something: schema.Node.RefersTo, Collection
	ports []portMention // values that name a port of a member or group
	idle  []mention     // statements that the fabric does not act on
}

// mention is a statement where it stands.
type mention struct {
	at    place
	node  *conf.Node
	group string       // from which it is inherited; empty for what is written there
	way   []*conf.Node // from the top to the statement around, when it refers to something near it
}

// portMention is a mention of a port, a LAG or another interface with an owner.
type portMention struct {
	mention
	statement string // as it is told
	owner     string
	port      inventory.Port // the zero Port when it is no physical one
	device    bool           // a device or group by itself
}

// walk finds out what statements say by themselves, and checks what they name. What
// the schema demands of them, package check knows.
func (r *reader) walk() {
	for _, k := range r.root.Children() {
		w := walker{facts: &facts{}}
		told := w.statement(k, false, nil)
		r.judge(w.facts)
		for _, c := range k.Children() {
			r.judge(r.factsOf(k, c, told))
		}
	}
}

// factsOf returns the facts of a statement of the second level, nil when there are
// none.
func (r *reader) factsOf(top, n *conf.Node, told bool) *facts {
	return r.memory.facts.find(n, func() *facts {
		w := walker{facts: &facts{}, way: []*conf.Node{top}}
		w.below(n, told, nil)
		if f := w.facts; f.names != nil || f.ports != nil || f.idle != nil {
			return f
		}
		return nil
	})
}

// judge tells what is wrong with the facts.
func (r *reader) judge(f *facts) {
	if f == nil {
		return
	}
	for i := range f.idle {
		m := &f.idle[i]
		r.problems.like(m.node.Schema(), func() conf.Problem { return unapplied(m.at, statement(m.node)) })
	}
	for i := range f.names {
		r.reference(&f.names[i])
	}
	for i := range f.ports {
		r.exists(&f.ports[i])
	}
}

// walker collects facts.
type walker struct {
	facts *facts
	way   []*conf.Node // from the top to the statement whose children are looked at
}

// at is the level that the walker is at.
func (w *walker) at() place {
	var words []string
	for _, n := range w.way {
		words = append(words, head(n)...)
	}
	return place("").in(words...)
}

// below looks at a statement and all below it. Below a statement that is not acted on
// (told) no other is named. What an interface-range gives its members is told of the
// range.
func (w *walker) below(n *conf.Node, told bool, from *conf.Origin) {
	if o := n.Origin(); o != nil {
		from = o
	}
	told = w.statement(n, told, from)
	if !n.Schema().Holds() {
		return
	}
	w.way = append(w.way, n)
	for _, k := range n.Children() {
		w.below(k, told, from)
	}
	w.way = w.way[:len(w.way)-1]
}

// statement notes what a statement names and whether the fabric acts on it. It
// reports whether that has been told for all below it.
func (w *walker) statement(n *conf.Node, told bool, from *conf.Origin) bool {
	s := n.Schema()
	m := mention{node: n}
	if from != nil {
		m.group = from.Name
	}
	if from != nil && from.Range {
		if s.Name() == "interface" && len(w.way) == 1 {
			w.member(n, from)
		}
		return told
	}
	if s.Unapplied() && !told {
		m.at = w.at()
		w.facts.idle = append(w.facts.idle, m)
		told = true
	}
	collection := s.HasValue() && s.Collection(n.Value()) != nil
	if s.RefersTo() != nil || collection {
		m.at = w.at()
		if lists := s.RefersTo(); lists != nil && lists[0][0] == ".." {
			m.way = slices.Clone(w.way)
		}
		w.facts.names = append(w.facts.names, m)
		m.way = nil
	}
	if collection {
		return told // its members are named where they are listed
	}
	switch s.Source() {
	case schema.SourcePorts, schema.SourceUnits:
		if owner, port, ok := owned(n.Value()); ok {
			m.at = w.at()
			w.facts.ports = append(w.facts.ports, portMention{mention: m, statement: statement(n), owner: owner, port: port})
		}
	case schema.SourceNodes, schema.SourceNodeGroups:
		m.at = w.at()
		w.facts.ports = append(w.facts.ports, portMention{mention: m, statement: statement(n), owner: n.Value(), device: true})
	}
	return told
}

// member notes an interface that a range has made: it is named there.
func (w *walker) member(n *conf.Node, from *conf.Origin) {
	if owner, port, ok := owned(n.Value()); ok {
		m := mention{at: place("interfaces interface-range").in(from.Name), node: n}
		w.facts.ports = append(w.facts.ports, portMention{mention: m, statement: "member " + n.Value(), owner: owner, port: port})
	}
}

// owned splits the name of an interface that belongs to a member or node group.
func owned(name string) (owner string, port inventory.Port, ok bool) {
	owner, rest, ok := strings.Cut(name, ":")
	if !ok || strings.ContainsAny(name, "[*?") {
		return "", port, false
	}
	rest, _, _ = inventory.CutUnit(rest)
	port, err := inventory.ParsePort(rest)
	if err != nil {
		port = inventory.Port{} // a LAG or a loopback
	}
	return owner, port, true
}

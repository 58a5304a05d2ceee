package northbound

import (
	"context"
	"iter"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// maxNames bounds how many names one completion answers: more than a fabric has ports.
const maxNames = 16384

// complete answers names for completion: those of statements of the configuration as
// far as the operator may see it, and live ones of the fabric.
func (d *dispatcher) complete(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.Complete
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	n := names{prefix: r.Prefix, known: map[string]bool{}}
	candidate := d.session.Candidate()
	root := candidate.Schema().Config()
	active, _ := d.cfg.Database.Active()
	switch r.Source {
	case rpc.SourceCandidate:
		at, keys := place(root, r.Path)
		n.list(d.entries(candidate, at), keys...)
	case rpc.SourceCommitted:
		at, keys := place(root, r.Path)
		n.list(d.entries(active, at), keys...)
	case schema.SourceVLANs: // a VLAN can be used before it is committed
		n.list(d.entries(candidate, list(root, "vlans", "vlan")))
		n.list(d.entries(active, list(root, "vlans", "vlan")))
	case sourceRouted:
		n.units(d.entries(candidate, list(root, "interfaces", "interface")), "vlan", "irb")
	case sourceLAGs:
		n.lags(d.entries(candidate, list(root, "interfaces", "interface")))
	case schema.SourcePorts:
		n.live(d.cfg.Fabric.Complete(ctx, r.Source, r.Prefix))
		n.list(d.entries(candidate, list(root, "interfaces", "interface")))
	case schema.SourceUnits:
		n.live(d.cfg.Fabric.Complete(ctx, r.Source, r.Prefix))
		n.units(d.entries(candidate, list(root, "interfaces", "interface")))
	default:
		if at := list(root, strings.Fields(r.Source)...); at != nil {
			n.list(d.entries(candidate, at))
		} else {
			n.live(d.cfg.Fabric.Complete(ctx, r.Source, r.Prefix))
		}
	}
	return element(rpc.Completions{Names: n.merged()})
}

// Sources of names that only the configuration knows.
const (
	sourceLAGs   = "lags"         // aggregated interfaces
	sourceRouted = "routed-units" // units of the routed VLAN interface
)

// list is the path of a list by element names, without keys; nil when there is none.
func list(root *schema.Node, elements ...string) conf.Path {
	var p conf.Path
	for _, name := range elements {
		child := p.End(root).Child(name)
		if child == nil {
			return nil
		}
		p = p.Then(child, "")
	}
	return p
}

// place reads a path as typed: that of a list, or of the container that holds one
// without a keyword. Of a list with several keys the first ones may stand there.
func place(root *schema.Node, path string) (list conf.Path, keys []string) {
	words, err := conf.Split(path)
	if err != nil {
		return nil, nil
	}
	at := conf.At(root, nil)
	for _, w := range words {
		if at, err = at.Step(w); err != nil {
			return nil, nil
		}
	}
	list = at.Path()
	if flat := list.End(root).FlatChild(); flat != nil && !list.Whole() {
		list = list.Then(flat, "")
	}
	return list, at.Keys()
}

// entries yields the entries of a list that the operator may see. For one who may not
// see everything only they are looked at, and not the whole configuration.
func (d *dispatcher) entries(t conf.Tree, p conf.Path) iter.Seq[*conf.Node] {
	return func(yield func(*conf.Node) bool) {
		if !p.Whole() {
			return
		}
		if !d.class.Full() {
			t = d.visible(t.Compose(along(t.Root().Children(), p)))
		}
		parent := t.Find(p[:len(p)-1])
		if parent == nil {
			return
		}
		for e := range parent.Entries(p[len(p)-1].Node.Name()) {
			if !yield(e) {
				return
			}
		}
	}
}

// along keeps of some statements those on the way to a list and its entries, and of
// these what completion tells of them.
func along(kids []*conf.Node, p conf.Path) []*conf.Node {
	if len(p) == 0 {
		return slices.DeleteFunc(slices.Clone(kids), func(k *conf.Node) bool {
			return !slices.Contains([]string{"description", "vlan-id", "unit"}, k.Schema().Name())
		})
	}
	var out []*conf.Node
	for _, k := range kids {
		if k.Schema() == p[0].Node && (p[0].Key == "" || p[0].Key == k.Value()) {
			out = append(out, k.Compose(along(k.Children(), p[1:])))
		}
	}
	return out
}

// names collects the names that begin with a prefix, each once.
type names struct {
	prefix string
	known  map[string]bool
	told   int // how many of them the fabric told; the others are of the configuration
	out    []rpc.Name
}

// merged puts the names of the fabric and those of the configuration together; each of
// the two is in natural order.
func (n *names) merged() []rpc.Name {
	a, b := n.out[:n.told], n.out[n.told:]
	if len(a) == 0 || len(b) == 0 {
		return n.out
	}
	out := make([]rpc.Name, 0, len(n.out))
	for len(a) > 0 && len(b) > 0 {
		if conf.Natural(b[0].Name, a[0].Name) < 0 {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

func (n *names) add(name, help string) {
	if !strings.HasPrefix(name, n.prefix) || n.known[name] || len(n.out) >= maxNames {
		return
	}
	n.known[name] = true
	n.out = append(n.out, rpc.Name{Name: name, Help: help})
}

// live adds names that the fabric told.
func (n *names) live(all []rpc.Name) {
	for _, x := range all {
		n.add(x.Name, x.Help)
	}
	n.told = len(n.out)
}

// list adds the names of entries: of several keys the first, or the one that follows
// those that are told.
func (n *names) list(entries iter.Seq[*conf.Node], keys ...string) {
	for e := range entries {
		words := e.Keys()
		if len(words) <= len(keys) || !slices.Equal(words[:len(keys)], keys) {
			continue
		}
		if name := words[len(keys)]; strings.HasPrefix(name, n.prefix) {
			n.add(name, describe(e))
		}
	}
}

// units adds the logical interfaces that are configured, of all interfaces or of some.
func (n *names) units(interfaces iter.Seq[*conf.Node], of ...string) {
	for i := range interfaces {
		if len(of) > 0 && !slices.Contains(of, i.Value()) {
			continue
		}
		if common := min(len(i.Value()), len(n.prefix)); i.Value()[:common] != n.prefix[:common] {
			continue
		}
		for u := range i.Entries("unit") {
			n.add(i.Value()+"."+u.Value(), describe(i))
		}
	}
}

// lags adds the aggregated interfaces that are configured: group:ae3.
func (n *names) lags(interfaces iter.Seq[*conf.Node]) {
	for i := range interfaces {
		if _, port, _ := strings.Cut(i.Value(), ":"); strings.HasPrefix(port, "ae") {
			n.add(i.Value(), describe(i))
		}
	}
}

// describe is the help text of an entry: what its description says, or its tag.
func describe(e *conf.Node) string {
	if text, ok := e.Leaf("description"); ok {
		return text
	}
	if id, ok := e.Leaf("vlan-id"); ok {
		return "vlan-id " + id
	}
	return ""
}

package settings

import (
	"strconv"
	"sync"
	"time"

	"oneswitch/internal/junos/check"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/inventory"
)

// Read types and checks the configuration. The snapshot tells which members are
// known, and what they are called in the active configuration: a statement about an
// unknown member is a warning, so that a fabric can be configured before its parts
// arrive, but one about a name that a member has lost is an error.
func Read(t conf.Tree, known inventory.Snapshot) (Settings, []conf.Problem) {
	return new(Reader).Read(t, known)
}

// Reader reads one configuration after another and remembers what it found out about
// statements that did not change. The zero value is ready; several goroutines may use
// one and wait for each other.
type Reader struct {
	mu     sync.Mutex
	expand inherit.Expander
	facts  memory[*facts]         // of statements of the second level (interfaces X, vlans Y)
	ports  memory[*portStatement] // of statements of interfaces
	nets   memory[[]network]      // of statements of interfaces
	vlans  memory[*vlanTable]     // of vlans
	routed *routed                // of the routed interfaces together
}

// Read is the function Read, with the memory of the calls before.
func (m *Reader) Read(t conf.Tree, known inventory.Snapshot) (Settings, []conf.Problem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	effective, found := m.expand.Expand(t.Active())
	m.facts.begin()
	m.ports.begin()
	m.nets.begin()
	m.vlans.begin()
	r := &reader{known: known, root: effective.Root(), memory: m}
	for _, p := range append(found, check.Constraints(effective)...) {
		r.problems.add(p)
	}
	r.read(t)
	return r.out, r.problems.all()
}

// reader is one Read at work.
type reader struct {
	memory   *Reader
	known    inventory.Snapshot
	root     *conf.Node // of the effective configuration
	names    names
	vlans    *vlanTable
	units    map[string]bool     // routed VLAN interfaces, once somebody has asked
	ranges   map[string][]string // members of interface-ranges, once somebody has asked
	entries  []entry             // of interfaces
	ports    []port
	places   map[portKey]int // of ports in ports, once somebody has asked
	out      Settings
	problems problems
}

// entry is one statement of interfaces.
type entry struct {
	node *conf.Node
	port *portStatement
}

func (r *reader) read(t conf.Tree) {
	root := r.root
	r.system(root.Child("system"))
	r.syslog(root.Child("system").Child("syslog"))
	r.aliases(root.Child("fabric").Child("aliases"))
	r.names = newNames(r.out.Aliases, r.known)
	r.groups(root.Child("fabric").Child("resources"))
	r.readVLANs(root.Child("vlans"))
	r.walk()
	r.interfaces(root.Child("interfaces"))
	r.lags(root.Child("chassis"))
	r.addresses(root.Child("routing-instances"))
	r.lldp(root.Child("protocols").Child("lldp"))
	r.aging(root)
	r.prefixLists(root.Child("policy-options"))
	r.renamed(t.Root())
}

// lldp reads which ports speak LLDP. What is said of a port itself is stronger than what
// is said of a range, and of two ranges with one member the first wins.
func (r *reader) lldp(n *conf.Node) {
	r.out.LLDP = LLDP{All: n == nil, Interfaces: make(map[inventory.Interface]bool)}
	var own []*conf.Node
	for e := range n.Entries("interface") {
		switch {
		case e.Value() == "all":
			r.out.LLDP.All = !e.Has("disable")
		case e.Schema().Collection(e.Value()) == nil:
			own = append(own, e)
		default:
			for _, name := range r.named(e) {
				r.lldpInterface(e, name)
			}
		}
	}
	for _, e := range own {
		r.lldpInterface(e, e.Value())
	}
}

// lldpInterface reads what one statement says of one interface.
func (r *reader) lldpInterface(e *conf.Node, word string) {
	at := place("protocols lldp")
	physical, unit, _ := inventory.CutUnit(word)
	name, err := inventory.ParseInterface(physical)
	_, told := r.out.LLDP.Interfaces[name]
	switch {
	case err != nil:
		r.problems.like("lldp on a LAG", func() conf.Problem { return unapplied(at, statement(e)) })
	case unit != 0:
		r.fail(at, statement(e), "only unit 0 of a port can speak LLDP")
	case told && word != e.Value(): // by another range
	default:
		r.out.LLDP.Interfaces[name] = !e.Has("disable")
	}
}

// aging reads the MAC table aging time in either spelling.
func (r *reader) aging(root *conf.Node) {
	r.out.Aging = DefaultAging
	first, ok := root.Child("ethernet-switching-options").Leaf("mac-table-aging-time")
	second, els := root.Child("protocols").Child("l2-learning").Leaf("global-mac-table-aging-time")
	if ok && els && first != second {
		r.fail("protocols l2-learning", "global-mac-table-aging-time",
			"differs from 'ethernet-switching-options mac-table-aging-time %s'; only one of them may be configured", first)
	}
	if els {
		first = second
	}
	switch {
	case first == "unlimited":
		r.out.Aging = 0
	case ok || els:
		seconds, err := strconv.Atoi(first)
		if err != nil { // the schema lets nothing else through
			r.fail("ethernet-switching-options", "mac-table-aging-time", "invalid numeric value: '%s'", first)
		}
		r.out.Aging = time.Duration(seconds) * time.Second
	}
}

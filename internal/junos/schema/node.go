package schema

import "slices"

// Kind says what stands at a node of the configuration or of an RPC's input.
type Kind uint8

// The kinds. Empty is a leaf without a value, such as `disable`.
const (
	Container Kind = iota // groups statements; exists only while it holds some
	Presence              // a container that means something by itself
	List                  // entries told apart by a key, in rare cases by several
	Leaf                  // one value
	LeafList              // several values
	Empty                 // present or absent, no value
)

// String returns the YANG word of the kind.
func (k Kind) String() string {
	words := []string{"container", "presence container", "list", "leaf", "leaf-list", "empty leaf"}
	if int(k) < len(words) {
		return words[k]
	}
	return "unknown kind"
}

// flag is one yes-or-no property that an extension gives to a node.
type flag uint16

const (
	flagFlat       flag = 1 << iota // keyword left out
	flagInline                      // keyword written before each child, no braces
	flagGrouped                     // entries in one block under the keyword
	flagOneliner                    // entry and its children on one line
	flagHidden                      // not offered by completion
	flagSecret                      // not shown to everybody
	flagUser                        // ordered by the user
	flagMandatory                   // must be there at commit
	flagUnapplied                   // accepted, but the fabric does not act on it
	flagEverywhere                  // stands in every statement that holds others
	flagCompact                     // on one line with a single leaf
	flagWhole                       // holds a whole configuration: groups
	flagNamed                       // a key whose name is typed before it
	flagClosed                      // what it demands looks at nothing outside
	flagChecked                     // demands something, or something below does
)

// Node is one statement of the configuration language, or one input of an RPC.
type Node struct {
	name      string
	word      string
	kind      Kind
	flags     flag
	index     int
	help      string
	valueHelp string
	source    string
	ties      ties
	value     *valueType
	follow    map[string]*Node // of a key: what follows a value of it as the next key
	*body
}

// body is what stands in a statement. The places where a grouping is used share it, so
// a node says nothing of where it stands.
type body struct {
	keys     []*Node // of a list, in the order in which they are typed
	children []*Node
	byName   map[string]*Node
	byWord   map[string]*Node
	flat     *Node     // the child whose keyword is left out, if any
	required [][]*Node // what must be there: one of each
}

// ties are what a statement has to do with others and with the fabric.
type ties struct {
	scope    string     // who acts on it
	refersTo [][]string // lists that the value names an entry of
	arms     []arm      // the cases of choices that it belongs to, the outermost first
	demands  []Demand   // what must hold at commit
}

// Name is the element name in XML and JSON and the YANG identifier.
func (n *Node) Name() string { return n.name }

// Word is what is typed and printed in text and set form. It is Name except where
// YANG does not allow the name (802.3ad).
func (n *Node) Word() string { return n.word }

// Kind says what the node is.
func (n *Node) Kind() Kind { return n.kind }

// Index is the node's place among its siblings; text and XML keep that order.
func (n *Node) Index() int { return n.index }

// Help is the short text that `?` shows beside the word.
func (n *Node) Help() string { return n.help }

// ValueHelp names the value in `?` and in errors, such as `<1..4094>` or `name`.
// For a list it is that of the first key.
func (n *Node) ValueHelp() string {
	if n.keys != nil {
		return n.keys[0].ValueHelp()
	}
	return n.valueHelp
}

// Children are the statements below the node in schema order, without the key of
// a list. The caller must not change the slice.
func (n *Node) Children() []*Node { return n.children }

// Child returns the child with the element name, or nil.
func (n *Node) Child(name string) *Node { return n.byName[name] }

// ChildWord returns the child whose keyword is word, or nil. Children whose
// keyword is left out are not found by word.
func (n *Node) ChildWord(word string) *Node { return n.byWord[word] }

// FlatChild returns the list or leaf among the children whose keyword is left out
// in text and set form (an interface below `interfaces`), or nil. There is at
// most one.
func (n *Node) FlatChild() *Node { return n.flat }

// Find descends by element names and returns nil when one does not exist.
func (n *Node) Find(names ...string) *Node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		n = n.byName[name]
	}
	return n
}

// HasValue reports whether a word follows the node's keyword: the key of a list,
// the value of a leaf or leaf-list.
func (n *Node) HasValue() bool { return n.kind == List || n.kind == Leaf || n.kind == LeafList }

// Many reports whether the node may stand several times below one parent.
func (n *Node) Many() bool { return n.kind == List || n.kind == LeafList }

// Holds reports whether statements may stand below the node.
func (n *Node) Holds() bool { return n.kind == List || n.kind == Container || n.kind == Presence }

// Flat reports whether the keyword is left out in text and set form.
func (n *Node) Flat() bool { return n.flags&flagFlat != 0 }

// Inline reports whether the container has no braces of its own: its keyword
// stands before each child, as in `family inet { ... }`.
func (n *Node) Inline() bool { return n.flags&flagInline != 0 }

// Grouped reports whether the entries of the list share one pair of braces under
// the keyword.
func (n *Node) Grouped() bool { return n.flags&flagGrouped != 0 }

// Oneliner reports whether the entry is printed on one line with its children.
func (n *Node) Oneliner() bool { return n.flags&flagOneliner != 0 }

// Hidden reports whether completion leaves the node out.
func (n *Node) Hidden() bool { return n.flags&flagHidden != 0 }

// Secret reports whether the value is marked SECRET-DATA when it is shown.
func (n *Node) Secret() bool { return n.flags&flagSecret != 0 }

// UserOrdered reports whether entries keep the order in which the user put them;
// otherwise they stand in natural order of their keys.
func (n *Node) UserOrdered() bool { return n.flags&flagUser != 0 }

// Mandatory reports whether the node must be there when its parent is.
func (n *Node) Mandatory() bool { return n.flags&flagMandatory != 0 }

// Unapplied reports whether the statement is accepted although the fabric does not
// act on it; commit says so with a warning.
func (n *Node) Unapplied() bool { return n.flags&flagUnapplied != 0 }

// Source names where live values for completion come from: one of the Source
// constants, or a configuration path such as "vlans vlan" whose names complete.
// It is empty where nothing completes. For a list it is that of the first key.
func (n *Node) Source() string {
	if n.keys != nil {
		return n.keys[0].source
	}
	return n.source
}

// RefersTo returns the lists that the value must name an entry of, as paths of
// element names from the top, or from the statement up when they begin with ".."; an
// entry of any one of them will do. It is nil where the value stands for itself. For a
// list it is that of the first key.
func (n *Node) RefersTo() [][]string {
	if n.keys != nil {
		return n.keys[0].ties.refersTo
	}
	return n.ties.refersTo
}

// Collection returns the list that the value names an entry of by its type, which
// stands for what the entry holds (an interface-range for its members), nil for a
// value that stands for itself. For a list it is that of the first key.
func (n *Node) Collection(value string) []string {
	if n.keys != nil {
		return n.keys[0].Collection(value)
	}
	if n.value == nil {
		return nil
	}
	return n.value.of(value).refersTo
}

// Collections returns the lists that some values name entries of by their type.
func (n *Node) Collections() [][]string {
	if n.keys != nil {
		return n.keys[0].Collections()
	}
	if n.value == nil {
		return nil
	}
	var out [][]string
	for _, m := range append(n.value.union[:len(n.value.union):len(n.value.union)], n.value) {
		if m.refersTo != nil {
			out = append(out, m.refersTo)
		}
	}
	return out
}

// Compact reports whether the container is printed on one line with its child when
// that is a single leaf.
func (n *Node) Compact() bool { return n.flags&flagCompact != 0 }

// Groups reports whether the node is the list of configuration groups: each entry
// holds a whole configuration, whose list keys may be patterns such as <xe-*>.
func (n *Node) Groups() bool { return n.flags&flagWhole != 0 }

// Everywhere reports whether the statement may stand in every other one:
// apply-groups and apply-groups-except.
func (n *Node) Everywhere() bool { return n.flags&flagEverywhere != 0 }

// AppliesTo says which part of the fabric acts on the statement: node, group or
// fabric; empty means that the parent's answer holds.
func (n *Node) AppliesTo() string { return n.ties.scope }

// The named live sources of completion.
const (
	SourcePorts          = "ports"          // Node0:xe-0/0/7
	SourceUnits          = "units"          // Node0:xe-0/0/7.0, vlan.501
	SourceMembers        = "members"        // node devices, interconnects, fabric control, directors
	SourceNodes          = "nodes"          // node devices
	SourceInterconnects  = "interconnects"  // interconnect devices
	SourceInfrastructure = "infrastructure" // fabric control, fabric manager and other virtual components
	SourceConfiguration  = "configuration"  // a path of statements
	SourceComponents     = "components"     // what `request component login` takes
	SourceVLANs          = "vlans"          // names of the configured VLANs
	SourceNodeGroups     = "node-groups"    // node groups, configured and automatic
	SourceTables         = "tables"         // bgp.bridgevpn.0 ...
)

// Choice is one word that a value may be, with its help text.
type Choice struct {
	Word string
	Help string

	follow string // of a key: the format of the key that follows, none when empty
}

// Choices returns the words of an enumeration in schema order, nil for other
// types. For a list they are those of the first key.
func (n *Node) Choices() []Choice {
	if n.keys != nil {
		return n.keys[0].Choices()
	}
	if n.value == nil {
		return nil
	}
	return slices.Clone(n.value.choices)
}

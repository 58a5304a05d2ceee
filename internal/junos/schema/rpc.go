package schema

import (
	"slices"
	"strings"
)

// RPC is one operational command: the RPC of the NETCONF face and the words of
// the shell are two spellings of it. It must not be changed.
type RPC struct {
	Name     string   // element name, such as get-vlan-information
	Help     string   // text of `?` at the last fixed word
	Class    string   // permission class: view, clear, control, maintenance, network
	ServedBy []Server // who answers it
	Grammar  *Grammar // the words that invoke it; nil when it has none
	Input    []*Node  // its arguments in schema order
}

// Server is a kind of component that answers commands.
type Server string

// The servers of commands. ServedByCLI means that the shell answers by itself.
const (
	ServedByDirector      Server = "director"
	ServedByNode          Server = "node"
	ServedByInterconnect  Server = "interconnect"
	ServedByFabricControl Server = "fabric-control"
	ServedByCLI           Server = "cli"
)

// Serves reports whether s answers the command.
func (r *RPC) Serves(s Server) bool {
	for _, x := range r.ServedBy {
		if x == s {
			return true
		}
	}
	return false
}

// Argument returns the input with the element name, or nil.
func (r *RPC) Argument(name string) *Node {
	for _, n := range r.Input {
		if n.name == name {
			return n
		}
	}
	return nil
}

// GrammarKind says how a Grammar node matches.
type GrammarKind uint8

// The kinds of grammar nodes. Their notation in the cli-command extension:
//
//	word          Word: the word itself, or an unambiguous beginning of it
//	<leaf>        Value: one token, the value of the input leaf (to the end of
//	              the line where the leaf is a leaf-list)
//	<leaf:source> Value, completed from another source than the leaf's
//	<leaf/>       Flag: the leaf's name as a word; it sets the empty input leaf
//	a b c         Sequence: one after the other
//	( a | b )     OneOf: exactly one of the alternatives
//	[ a | b ]     Maybe: none or one of the alternatives
//	{ a | b }     AnyOrder: each alternative at most once, in any order
const (
	Word GrammarKind = iota
	Value
	Flag
	Sequence
	OneOf
	Maybe
	AnyOrder
)

// Grammar is a compiled cli-command: a tree of words and arguments.
type Grammar struct {
	Kind GrammarKind
	Word string // Word and Flag: what is typed
	Help string // Word and Flag: text of `?`
	Arg  *Node  // Value and Flag: the input leaf that is set
	// Source is where live names for a Value come from: the leaf's own source, or
	// the one written in the command (<leaf:source>).
	Source string
	Except []string   // Value: words that are none, nor what they begin with
	Items  []*Grammar // Sequence, OneOf, Maybe, AnyOrder
}

// Begins returns the fixed words that the command begins with; none when g is nil.
func (g *Grammar) Begins() []string {
	if g == nil {
		return nil
	}
	if g.Kind == Word {
		return []string{g.Word}
	}
	var out []string
	for _, item := range g.Items {
		if item.Kind != Word {
			break
		}
		out = append(out, item.Word)
	}
	return out
}

// Excepts reports whether a word is none of the values of a Value.
func (g *Grammar) Excepts(word string) bool {
	return slices.ContainsFunc(g.Except, func(not string) bool { return strings.HasPrefix(not, word) })
}

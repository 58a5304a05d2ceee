package schema

// Schema is the compiled schema. It is immutable.
type Schema struct {
	config  *Node
	rpcs    []*RPC
	byName  map[string]*RPC
	words   map[string]string // command words, such as "show bgp", to help text
	modules []Module
}

// Module is the text of one YANG module, for get-schema (RFC 6022 section 3.1).
type Module struct {
	Name     string
	Revision string
	Text     string
}

// Config returns the root of the configuration language: its children are the
// top-level statements (system, interfaces, vlans ...).
func (s *Schema) Config() *Node { return s.config }

// RPCs returns the operational commands in schema order. The caller must not
// change the slice.
func (s *Schema) RPCs() []*RPC { return s.rpcs }

// RPC returns the command with the element name, or nil.
func (s *Schema) RPC(name string) *RPC { return s.byName[name] }

// WordHelp returns the help text of the words that begin several commands, such
// as "show" or "show fabric"; empty when there is none.
func (s *Schema) WordHelp(words string) string { return s.words[words] }

// Modules returns the YANG modules in order of their names.
func (s *Schema) Modules() []Module { return s.modules }

package command

// Param is one argument of an operational command.
type Param struct {
	Name        string   // leaf of the rpc's input
	Keyword     string   // word typed before the value, or alone for a flag; empty: the value stands alone
	Help        string   // of the keyword, or of the value where there is no keyword
	Flag        bool     // the keyword alone is the argument
	Values      []Choice // enumeration: the words that are allowed
	Placeholder string   // how `?` shows any value: <name>
	Source      string   // where live names come from
	Mandatory   bool
	Group       string             // at most one argument of a group may be given
	Check       func(string) error // nil: any text
}

// Operation is one operational command: the words that select it and what may
// follow in any order.
type Operation struct {
	RPC    string // name of the schema's rpc; empty for a command that the shell answers
	Words  []Choice
	Params []Param
}

// Arg is an argument as typed.
type Arg struct{ Name, Value string }

// Call is a parsed operational command.
type Call struct {
	Operation *Operation
	Words     []string // the selecting words in full
	Args      []Arg
	Pipes     []Pipe
}

// RPC is the name of the schema's rpc that answers the command.
func (c Call) RPC() string { return c.Operation.RPC }

// Arg returns the value of the named argument; a flag that is set has the value
// "". ok tells whether it was given.
func (c Call) Arg(name string) (value string, ok bool) {
	for _, a := range c.Args {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Operational is the grammar of operational mode.
type Operational struct{ root *word }

// NewOperational builds the grammar of the given commands.
func NewOperational(ops []Operation) *Operational {
	g := &Operational{root: &word{}}
	for i := range ops {
		g.root.add(&ops[i])
	}
	return g
}

// Parse reads a whole line. The error is an *Error.
func (g *Operational) Parse(line string) (Call, error) {
	call, err := g.parse(Tokens(line))
	if err != nil {
		return Call{}, err
	}
	return call, nil
}

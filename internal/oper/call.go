package oper

import (
	"context"

	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
)

// Arg is one argument of a command. A flag has the empty value.
type Arg struct{ Name, Value string }

// Args are the arguments of a call in the order given; a name may repeat.
type Args []Arg

// Value returns the first value of name, "" when it was not given.
func (a Args) Value(name string) string {
	for _, arg := range a {
		if arg.Name == name {
			return arg.Value
		}
	}
	return ""
}

// Has tells whether name was given.
func (a Args) Has(name string) bool {
	for _, arg := range a {
		if arg.Name == name {
			return true
		}
	}
	return false
}

// Values returns all values of name.
func (a Args) Values(name string) []string {
	var out []string
	for _, arg := range a {
		if arg.Name == name {
			out = append(out, arg.Value)
		}
	}
	return out
}

// Call is one execution of a command.
type Call struct {
	RPC  string       // name of the schema's rpc
	Args Args         // checked against the rpc's input
	Peer netconf.Peer // who asks
}

// Handler carries out a command. Its error is shown as Junos shows one: "error: "
// and the text; a netconf.RPCError keeps its form.
type Handler func(ctx context.Context, c Call) (report.Report, error)

// Level returns which of the levels of output was asked for, brief when none was:
// the style of the commands that know several.
func (a Args) Level() string {
	for _, l := range []string{"terse", "summary", "detail", "extensive"} {
		if a.Has(l) {
			return l
		}
	}
	return "brief"
}

// Package offer is the language that a shell offers its user: the grammars of the
// commands here and at components, and of configuration mode, less what is withheld
// from the user's login class.
//
// It is a value of the one session, and made anew when the class is another one.
// Invariants: the grammar that completes a line is the one that parses it; a class that
// is withheld nothing has the grammars as they are built, without a copy.
//
// It must never ask the director, nor judge what a class may do.
package offer

import (
	"errors"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
	"oneswitch/internal/rpc"
)

// Offer is what a login class is offered.
type Offer struct {
	Director      *command.Operational   // at the director
	Configuration *command.Configuration // in configuration mode
	Statements    withheld.Statements    // that are not offered

	schema  *schema.Schema
	whole   *Offer // what super-users are offered
	class   string
	relayed []withheld.Command
}

// New returns what is offered when nothing is withheld.
func New(s *schema.Schema) *Offer {
	op := command.NewOperational(s, schema.ServedByDirector, schema.ServedByCLI)
	o := &Offer{schema: s, Director: op, Configuration: command.NewConfiguration(s, behindRun(op))}
	o.whole = o
	return o
}

// Class is the stamp of the login class that the offer is for.
func (o *Offer) Class() string { return o.class }

// To returns what is offered to a class.
func (o *Offer) To(w rpc.Withholds) *Offer {
	if w.Class == "" {
		return o.whole
	}
	hidden := withheld.NewStatements(w.Statements)
	op := o.whole.Director.Narrowed(w.Commands, hidden)
	return &Offer{
		Director: op, Configuration: o.whole.Configuration.Narrowed(behindRun(op), w.Verbs, hidden), Statements: hidden,
		schema: o.schema, whole: o.whole, class: w.Class, relayed: w.Relayed,
	}
}

// Withholds reports whether a line goes wrong sooner than it would for a super-user.
func (o *Offer) Withholds(line string) bool {
	if o == o.whole {
		return false
	}
	var here, there *command.Error
	if _, err := o.Director.Parse(line); !errors.As(err, &here) {
		return false
	}
	_, err := o.whole.Director.Parse(line)
	return !errors.As(err, &there) || here.Pos < there.Pos
}

// Component returns what is offered at a component of a role; false when those have no
// shell.
func (o *Offer) Component(role string) (*command.Operational, bool) {
	for _, s := range []schema.Server{
		schema.ServedByDirector, schema.ServedByNode, schema.ServedByInterconnect, schema.ServedByFabricControl,
	} {
		if strings.HasPrefix(role, string(s)) { // the schema's word for a role of the inventory
			op := command.NewOperational(o.schema, s, schema.ServedByCLI).Without("configure", "request-component-login") // no meaning there
			if o.class != "" {
				op = op.Narrowed(o.relayed, o.Statements)
			}
			return op, true
		}
	}
	return nil, false
}

// behindRun leaves out what has no meaning in configuration mode.
func behindRun(op *command.Operational) *command.Operational {
	return op.Without("configure", "exit", "quit", "request-component-login")
}

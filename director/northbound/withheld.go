package northbound

import (
	"sync"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// shelf keeps what classes are not offered: after a commit every shell of a class asks.
type shelf struct {
	mu    sync.Mutex
	lists map[string]withheld.List // by the stamp of the class
}

// maxShelf bounds how many classes are kept: those of many revisions would add up.
const maxShelf = 64

// list returns that of a class, which make makes when it is not there.
func (s *shelf) list(class string, make func() withheld.List) withheld.List {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, ok := s.lists[class]
	if ok {
		return out
	}
	if s.lists == nil || len(s.lists) == maxShelf {
		s.lists = map[string]withheld.List{}
	}
	out = make()
	s.lists[class] = out
	return out
}

// withholding answers what the login class of the session is not offered: what is
// refused here to whoever types it does not exist for him.
func (d *dispatcher) withholding() netconf.Reply {
	class := d.cfg.Class(d.peer)
	out := rpc.Withholds{Class: class.Stamp()}
	if out.Class != "" {
		out.List = d.withheld.list(out.Class, func() withheld.List { return d.withholds(class) })
	}
	return element(out)
}

// withholds asks for each command, verb and statement.
func (f *Face) withholds(class permission.Class) withheld.List {
	o := permission.NewOffer(class)
	var out withheld.List
	for _, r := range f.cfg.Schema.RPCs() {
		if r.Grammar == nil {
			continue
		}
		if w, less := f.less(o, class, r); less {
			out.Commands = append(out.Commands, w)
		}
		if w, less := relayedLess(o, class, r); less {
			out.Relayed = append(out.Relayed, w)
		}
	}
	for _, verb := range f.verbs() {
		if !verb.offered(o, class) {
			out.Verbs = append(out.Verbs, verb.name)
		}
	}
	out.Statements = o.Statements(f.cfg.Schema.Config())
	return out
}

// less judges a command as the face judges it when it comes: those of the shell by the
// operation that they ask for.
func (f *Face) less(o permission.Offer, class permission.Class, r *schema.RPC) (withheld.Command, bool) {
	bit := bit(r)
	switch {
	case r.Serves(schema.ServedByCLI):
		asks, judged := map[string]string{"configure": "open-configuration", "request-component-login": "component-rpc"}[r.Name]
		if !judged {
			return withheld.Command{}, false
		}
		bit = f.operations[asks].bit
	case r.Name == rpcGetConfiguration:
		return withheld.Command{RPC: r.Name}, !class.Looks()
	case r.Name == rpcRollbackInformation && !class.Looks():
		return withheld.Command{RPC: r.Name}, true
	case !r.Serves(schema.ServedByDirector):
		return withheld.Command{}, false
	}
	return o.Withheld(r, bit)
}

// relayedLess judges a command as mayRelay does.
func relayedLess(o permission.Offer, class permission.Class, r *schema.RPC) (withheld.Command, bool) {
	switch {
	case r.Serves(schema.ServedByCLI):
		return withheld.Command{}, false
	case !lookingBit(r.Class) && !class.Has(permission.Maintenance):
		return withheld.Command{RPC: r.Name}, true
	}
	return o.Withheld(r, bit(r))
}

// verb is one of configuration mode with the operations that it asks for, all of them.
type verb struct {
	name string
	asks []operation
}

func (v verb) offered(o permission.Offer, class permission.Class) bool {
	for _, op := range v.asks {
		if op.bit == looks || op.bit == "" {
			if !op.allowed(class) {
				return false
			}
		} else if !o.Begins(op.words, op.bit) {
			return false
		}
	}
	return true
}

// verbs are those that ask for anything. Giving up what is not committed is a way to
// roll back that takes no more than editing.
func (f *Face) verbs() []verb {
	load := f.operations["load-configuration"]
	out := []verb{
		{"commit", []operation{f.operations["commit-configuration"]}},
		{"rollback", []operation{load, {words: "rollback", bit: permission.Configure}}},
		{"save", []operation{f.operations["get-configuration"]}},
		{"show", []operation{f.operations["get-configuration"]}},
		{"status", []operation{f.operations["configuration-status"]}},
		{"update", []operation{f.operations["update-configuration"]}},
	}
	for _, name := range []string{"activate", "annotate", "copy", "deactivate", "delete", "insert", "load", "protect", "rename",
		"replace", "set", "unprotect", "wildcard"} {
		out = append(out, verb{name, []operation{load}})
	}
	return out
}

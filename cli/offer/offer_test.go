package offer_test

import (
	"testing"

	"oneswitch/cli/offer"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
	"oneswitch/internal/rpc"
)

func newOffer(t *testing.T) *offer.Offer {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return offer.New(s)
}

func less() rpc.Withholds {
	return rpc.Withholds{Class: "noc", List: withheld.List{
		Commands: []withheld.Command{{RPC: "configure"}, {RPC: "get-vlan-information"}},
		Relayed:  []withheld.Command{{RPC: "clear-ethernet-switching-table"}}, Verbs: []string{"commit"}, Statements: []string{"system login"},
	}}
}

// TestTo: what is withheld is gone at its place alone, and comes back.
func TestTo(t *testing.T) {
	t.Parallel()
	super := newOffer(t)
	noc := super.To(less())
	if noc.Class() != "noc" || noc.To(rpc.Withholds{}) != super {
		t.Error("a class that is withheld nothing has grammars of its own")
	}
	node, ok := noc.Component("node-device")
	if !ok {
		t.Fatal("a node has no shell")
	}
	all, _ := super.Component("node-device")
	config := func(o *offer.Offer) func(string) error {
		return func(line string) error { _, err := o.Configuration.Parse(line, nil); return err }
	}
	for _, c := range []struct {
		where string
		parse func(line string) error
		line  string
		want  bool
	}{
		{"director, whole", func(l string) error { _, err := super.Director.Parse(l); return err }, "show vlans", true},
		{"director", func(l string) error { _, err := noc.Director.Parse(l); return err }, "show vlans", false},
		{"director", func(l string) error { _, err := noc.Director.Parse(l); return err }, "clear ethernet-switching table", true},
		{"director", func(l string) error { _, err := noc.Director.Parse(l); return err }, "show configuration system login", false},
		{"director", func(l string) error { _, err := noc.Director.Parse(l); return err }, "show configuration system", true},
		{"node, whole", func(l string) error { _, err := all.Parse(l); return err }, "clear ethernet-switching table", true},
		{"node", func(l string) error { _, err := node.Parse(l); return err }, "clear ethernet-switching table", false},
		{"node", func(l string) error { _, err := node.Parse(l); return err }, "show vlans", true},
		{"configuration, whole", config(super), "commit", true},
		{"configuration", config(noc), "commit", false},
		{"configuration", config(noc), "run show vlans", false},
		{"configuration", config(noc), "run show version", true},
		{"configuration", config(noc), "set system login user ann class x", false},
		{"configuration, whole", config(super), "set system login user ann class x", true},
		{"configuration, whole", config(super), "run configure", false},
	} {
		if err := c.parse(c.line); (err == nil) != c.want {
			t.Errorf("%s: %s: %v", c.where, c.line, err)
		}
	}
	if _, ok := super.Component("server-group"); ok {
		t.Error("a server group has a shell")
	}
}

// TestWithholds tells a command that is withheld from one that nobody has.
func TestWithholds(t *testing.T) {
	t.Parallel()
	super := newOffer(t)
	noc := super.To(less())
	for line, want := range map[string]bool{
		"configure": true, "show vlans": true, "show vlans bogus | match": true, "show version": false, "bogus": false, "request system reboot": false, "": false,
	} {
		if got := noc.Withholds(line); got != want {
			t.Errorf("%q: %t", line, got)
		}
		if super.Withholds(line) {
			t.Errorf("%q is withheld from a super-user", line)
		}
	}
}

package permission

import (
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// Mask stands where a secret is not shown.
const Mask = "/* SECRET-DATA */"

// branches are the bits that go with parts of the configuration.
func branches() []string {
	return []string{"access", "admin", "firewall", "interface", "routing", "security", "snmp", "system"}
}

// branch is the bit of a statement, named by its words from the top. What a group
// holds counts as if it stood where it is meant for.
func branch(words []string) string {
	if len(words) == 0 {
		return control
	}
	switch words[0] {
	case "access", "firewall", "security", "snmp":
		return words[0]
	case "system":
		if len(words) > 1 && words[1] == "login" {
			return "admin"
		}
		return "system"
	case "protocols", "routing-options", "routing-instances", "policy-options":
		return "routing"
	case "interfaces", "vlans", "ethernet-switching-options", "class-of-service", "forwarding-options", "chassis":
		return "interface"
	case "fabric":
		return "system"
	}
	return control // groups themselves and apply-groups for everything
}

// plain drops the words that lead into a group.
func plain(words []string) []string {
	if len(words) > 2 && words[0] == "groups" {
		return words[2:]
	}
	return words
}

func (c Class) sees(words []string) bool {
	words = plain(words)
	switch c.config.judge(strings.Join(words, " ")) {
	case allowed:
		return true
	case denied:
		return false
	}
	b := branch(words)
	return c.Has("view-configuration") || c.Has(b) || c.Has(b+"-"+control)
}

func (c Class) edits(words []string) bool {
	words = plain(words)
	switch c.config.judge(strings.Join(words, " ")) {
	case allowed:
		return true
	case denied:
		return false
	}
	b := branch(words)
	return c.Has(b + "-" + control)
}

// Denied returns the first statement that the class may not change among those that
// differ between two configurations; false when it may change them all.
func (c Class) Denied(before, after conf.Tree) (conf.Path, bool) {
	if c.Full() || before.Root() == after.Root() {
		return nil, false
	}
	edits := conf.Diff(before, after)
	for i, e := range edits {
		// Statements on the way to the one that is meant are made with it.
		if e.Op == conf.Set && i+1 < len(edits) && leads(e.Path, edits[i+1].Path) {
			continue
		}
		if !c.edits(e.Path.Words()) || e.Value == Mask {
			return e.Path, true
		}
		if e.Op != conf.Delete {
			continue
		}
		if p, no := c.deniedBelow(e.Path, before.Find(e.Path)); no {
			return p, true
		}
	}
	return nil, false
}

// leads reports whether a statement stands on the way to another one.
func leads(a, b conf.Path) bool {
	if len(a) >= len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// deniedBelow looks for what must not go among the statements below one that goes.
func (c Class) deniedBelow(at conf.Path, n *conf.Node) (conf.Path, bool) {
	if n == nil {
		return nil, false
	}
	for _, k := range n.Children() {
		p := below(at, k)
		if !c.edits(p.Words()) {
			return p, true
		}
		if q, no := c.deniedBelow(p, k); no {
			return q, true
		}
	}
	return nil, false
}

// below is the path of a child.
func below(at conf.Path, n *conf.Node) conf.Path {
	key := ""
	if n.Schema().Many() {
		key = n.Value()
	}
	return at.Then(n.Schema(), key)
}

// Visible returns what the class sees of a configuration: without the statements
// that it may not see, and with a mask over the secrets.
func (c Class) Visible(t conf.Tree) conf.Tree {
	if c.Full() {
		return t
	}
	return t.Compose(c.visible(nil, t.Root().Children()))
}

func (c Class) visible(at conf.Path, kids []*conf.Node) []*conf.Node {
	var out []*conf.Node
	for _, k := range kids {
		p := below(at, k)
		if c.hides(k) {
			if c.sees(p.Words()) {
				out = append(out, conf.Inherited(k.Schema(), Mask, nil, nil))
			}
			continue
		}
		below := c.visible(p, k.Children())
		// What stands for something by itself is shown when nothing below it may be.
		alone := len(k.Children()) == 0 || k.Schema().Kind() == schema.Presence || k.Schema().Kind() == schema.List
		if len(below) > 0 || alone && c.sees(p.Words()) {
			out = append(out, k.Compose(below))
		}
	}
	return out
}

// hides reports whether a value is a secret to the class.
func (c Class) hides(n *conf.Node) bool {
	return n.Schema().Secret() && n.Schema().HasValue() && !c.Has(Secret) && !c.Has("secret-"+control)
}

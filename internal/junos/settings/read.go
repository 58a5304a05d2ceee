package settings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/junos/check"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/inventory"
)

// Read types and checks the configuration. The snapshot tells which members are
// known: a statement about an unknown one is a warning, so that a fabric can be
// configured before its parts arrive.
func Read(t conf.Tree, known inventory.Snapshot) (Settings, []conf.Problem) {
	effective, found := inherit.Expand(t.Active())
	root := effective.Root()
	r := &reader{known: known, root: root, problems: append(found, check.Constraints(effective)...)}
	r.walk("", root, false)
	r.system(root.Child("system"))
	r.aliases(root.Child("fabric").Child("aliases"))
	r.names = newNames(r.out.Aliases, known)
	r.groups(root.Child("fabric").Child("resources"))
	r.vlans(root.Child("vlans"))
	r.interfaces(root.Child("interfaces"), root.Child("vlans"))
	r.lags(root.Child("interfaces"), root.Child("chassis"))
	r.gateways(root.Child("interfaces"), root.Child("vlans"))
	r.classes(root.Child("system").Child("login"))
	r.lldp(root.Child("protocols").Child("lldp"))
	r.aging(root)
	return r.out, r.problems
}

// reader is one Read at work.
type reader struct {
	known    inventory.Snapshot
	root     *conf.Node // of the effective configuration
	names    names
	out      Settings
	problems []conf.Problem
	byName   map[string]VLAN
	byID     map[inventory.VLANID]string
}

// place is a level of the configuration as problems name it.
type place string

// in returns the level below, named by words that are quoted where needed.
func (p place) in(words ...string) place {
	var b strings.Builder
	b.WriteString(string(p))
	for _, w := range words {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(conf.Quote(w))
	}
	return place(b.String())
}

// fail records an error about a statement at a level.
func (r *reader) fail(at place, statement, format string, args ...any) {
	r.problem(conf.Problem{Path: string(at), Code: conf.Semantic, Token: statement, Text: fmt.Sprintf(format, args...)})
}

// warn records something that does not keep the configuration from being used.
func (r *reader) warn(at place, statement, format string, args ...any) {
	r.problem(conf.Problem{
		Path: string(at), Severity: conf.Warning, Code: conf.Semantic, Token: statement,
		Text: fmt.Sprintf(format, args...),
	})
}

// unapplied says that a statement is kept but has no effect yet: never silence.
func (r *reader) unapplied(at place, statement string) {
	r.problem(conf.Problem{
		Path: string(at), Severity: conf.Warning, Code: conf.Unapplied, Token: statement,
		Text: "statement is accepted, but the fabric does not act on it yet",
	})
}

func (r *reader) problem(p conf.Problem) { r.problems = append(r.problems, p) }

// head returns the words of a statement as typed after those of its level.
func head(n *conf.Node) []string {
	var words []string
	if !n.Schema().Flat() {
		words = append(words, n.Schema().Word())
	}
	if n.Schema().HasValue() {
		words = append(words, n.Keys()...)
	}
	return words
}

// statement returns head as one string.
func statement(n *conf.Node) string { return string(place("").in(head(n)...)) }

// system reads host name, accounts and services.
func (r *reader) system(n *conf.Node) {
	r.out.HostName = DefaultHostName
	if name, ok := n.Leaf("host-name"); ok {
		r.out.HostName = name
	}
	login := n.Child("login")
	r.out.Login.Message, _ = login.Leaf("message")
	r.out.Login.Announcement, _ = login.Leaf("announcement")
	for u := range login.Entries("user") {
		r.user(u)
	}
	services := n.Child("services")
	r.out.Services = Services{SSH: true, NETCONF: true}
	if services != nil {
		r.out.Services = Services{SSH: services.Has("ssh"), NETCONF: services.Child("netconf").Has("ssh")}
	}
}

func (r *reader) user(n *conf.Node) {
	u := User{Name: n.Value()}
	u.FullName, _ = n.Leaf("full-name")
	u.Class, _ = n.Leaf("class")
	auth := n.Child("authentication")
	u.Password, _ = auth.Leaf("encrypted-password")
	at := place("system login user").in(u.Name, "authentication")
	if u.Password != "" && !strings.HasPrefix(u.Password, "$") {
		r.fail(at, "encrypted-password", "encrypted password is not a hash; it must begin with $5$ or $6$")
	}
	for _, kind := range []string{"ssh-ed25519", "ssh-rsa"} {
		for k := range auth.Entries(kind) {
			if f := strings.Fields(k.Value()); len(f) < 2 || f[0] != kind {
				r.fail(at, statement(k), "public key is not of the form '%s AAAA... comment'", kind)
				continue
			}
			u.Keys = append(u.Keys, k.Value())
		}
	}
	r.out.Login.Users = append(r.out.Login.Users, u)
}

// lldp reads which ports speak LLDP.
func (r *reader) lldp(n *conf.Node) {
	r.out.LLDP = LLDP{All: n == nil, Interfaces: make(map[inventory.Interface]bool)}
	at := place("protocols lldp")
	for e := range n.Entries("interface") {
		on := !e.Has("disable")
		if e.Value() == "all" {
			r.out.LLDP.All = on
			continue
		}
		physical, unit, _ := inventory.CutUnit(e.Value())
		name, err := inventory.ParseInterface(physical)
		switch {
		case err != nil:
			r.unapplied(at, statement(e))
		case unit != 0:
			r.fail(at, statement(e), "only unit 0 of a port can speak LLDP")
		case r.owner(at, statement(e), name.Owner):
			r.out.LLDP.Interfaces[name] = on
		}
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

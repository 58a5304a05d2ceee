package director

import (
	"slices"

	"oneswitch/director/account"
	"oneswitch/director/permission"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
)

// classes are the login classes of one revision, read when somebody needs them.
type classes struct {
	revision uint64
	tree     conf.Tree // effective configuration
	known    map[string]permission.Class
}

// class returns what somebody may do at this moment. It is asked at each operation:
// a user who was deleted or reduced meanwhile loses rights at his next command.
func (r *role) class(p netconf.Peer) permission.Class {
	switch {
	case p.Class == classFabric:
		return permission.Class{Name: classFabric}
	case p.User == account.Fabric: // a virtual component, asked for an operator
		c, _ := permission.Predefined(permission.Operator)
		return c
	}
	u, ok := r.access().Find(p.User)
	if !ok {
		return permission.Class{}
	}
	return r.classNamed(u.Class)
}

func (r *role) classNamed(name string) permission.Class {
	if c, ok := permission.Predefined(name); ok {
		return c
	}
	tree, revision := r.data.Active()
	r.now.Lock()
	defer r.now.Unlock()
	have := &r.now.classes
	if have.known == nil || have.revision != revision {
		*have = classes{revision: revision, tree: effective(tree), known: map[string]permission.Class{}}
	}
	c, ok := have.known[name]
	if !ok {
		c = permission.Read(have.tree, name)
		have.known[name] = c
	}
	return c
}

func effective(t conf.Tree) conf.Tree {
	tree, _ := inherit.Expand(t.Active()) // its problems stopped a commit, or did no harm
	return tree
}

// lockedOut reports what is wrong with a configuration after which nobody could log
// in and change it back (reliability.md A8).
func lockedOut(t conf.Tree, users []settings.User) []conf.Problem {
	var tree conf.Tree
	expanded := false
	if slices.ContainsFunc(users, func(u settings.User) bool {
		if c, ok := permission.Predefined(u.Class); ok || !account.Enters(u) {
			return account.Enters(u) && c.Repairs()
		}
		if !expanded {
			tree, expanded = effective(t), true
		}
		return permission.Read(tree, u.Class).Repairs()
	}) {
		return nil
	}
	return []conf.Problem{{Path: "system login", Code: conf.Semantic,
		Text: "nobody could log in and change the configuration after this commit: keep a user of class super-user with a password or a key"}}
}

// shippedText is what everybody is told while the first account of all counts: it must
// not come back to life unnoticed.
const shippedText = "the account " + adminUser + " as shipped lets in with its first password, since no configured user could change the configuration"

// shippedHolds reports whether the account as shipped counts though there is another
// configuration.
func (r *role) shippedHolds() bool {
	r.now.Lock()
	configured, shipped, known := r.now.settings.Login.Users, r.now.shipped, r.now.revision != 0
	r.now.Unlock()
	return known && account.Shipped(configured, shipped, r.classNamed)
}

// endIdle ends the shells that are silent for longer than their class allows.
func (r *role) endIdle() {
	for _, s := range r.data.Present() {
		if s.Client != netconf.ClientShell || s.Idle == 0 {
			continue
		}
		if c := r.class(netconf.Peer{User: s.User}); c.Idle > 0 && s.Idle > c.Idle && r.netconf.Kill(s.ID) {
			r.note(false, "session of "+s.User+" ended: idle for longer than its class allows")
		}
	}
}

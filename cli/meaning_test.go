package cli

import (
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	meaning "oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
	"oneswitch/inventory"
)

// inherited is a configuration as `display inheritance` wants it.
func inherited(tree conf.Tree, how string) (conf.Tree, conf.Origins) {
	switch how {
	case "":
		return tree, conf.NoOrigins
	case "inherit-no-comments":
		tree, _ = inherit.Expand(tree)
		return tree, conf.NoOrigins
	}
	tree, _ = inherit.Expand(tree)
	if how == "inherit-brief" || how == "inherit-terse" {
		return tree, conf.BriefOrigins
	}
	return tree, conf.FullOrigins
}

// judged is what a director has against a configuration. It knows Node0 by its serial
// number, and S1 by what that is called in the active configuration.
func judged(tree, active conf.Tree) []netconf.RPCError {
	alias, _ := active.Root().Child("fabric").Child("aliases").Entry("node-device", "S1").Leaf("alias")
	known := inventory.NewSnapshot([]inventory.Member{
		{ID: "Node0", Role: inventory.RoleNode, Model: "OSX-48X4F"},
		{ID: "S1", Alias: alias, Role: inventory.RoleNode, Model: "OSX-48X4F"},
	}, nil)
	_, problems := meaning.Read(tree, known)
	var out []netconf.RPCError
	for _, p := range problems {
		e := netconf.Errorf("%s", p.Text)
		if p.Severity == conf.Warning {
			e = netconf.Warningf("%s", p.Text)
		}
		e.Path, e.BadElement = p.Banner(), p.Token
		out = append(out, e)
	}
	return out
}

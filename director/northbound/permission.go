package northbound

import (
	"encoding/xml"
	"strings"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
)

// bit is the permission bit that a command takes. What the schema does not say is
// for those who may do everything.
func bit(r *schema.RPC) string {
	if r.Class == "" {
		return permission.Maintenance
	}
	return r.Class
}

// spelled writes an RPC as the command that it is, for the expressions of a login
// class: its fixed words, then its arguments as they came.
func spelled(r *schema.RPC, op netconf.Operation) string {
	words := r.Grammar.Begins()
	var in struct {
		Children []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	if xml.Unmarshal(op.XML, &in) != nil {
		return strings.Join(words, " ")
	}
	for _, c := range in.Children {
		if text := strings.TrimSpace(c.Text); text != "" {
			words = append(words, text)
		} else {
			words = append(words, c.XMLName.Local)
		}
	}
	return strings.Join(words, " ")
}

// visible is what the operator sees of a configuration.
func (d *dispatcher) visible(t conf.Tree) conf.Tree { return d.class.Visible(t) }

// mayRollBack reports whether the operator may make an earlier configuration the
// candidate; giving up what is not committed takes no more than editing.
func (d *dispatcher) mayRollBack(n string) bool {
	if n == "0" {
		return d.class.Command("rollback 0", permission.Configure)
	}
	return d.class.Command("rollback "+n, permission.Rollback)
}

// mayRelay keeps the two-phase commit for the leader: no operator may speak its
// RPCs to a member. Who may not maintain the fabric may look and ping, and no more
// (QF-REF 2.3.10).
func (d *dispatcher) mayRelay(name, inner string) bool {
	switch name {
	case "prepare", "commit", "abort":
		return false
	case "complete", "identity":
		return true
	}
	if name != "command" {
		r := d.cfg.Schema.RPC(name)
		if r == nil {
			return d.class.Has(permission.Maintenance)
		}
		return (lookingBit(r.Class) || d.class.Has(permission.Maintenance)) && d.class.Command(strings.Join(r.Grammar.Begins(), " "), bit(r))
	}
	var line struct { // as the component will read it
		Text string `xml:",chardata"`
	}
	if xml.Unmarshal([]byte("<command>"+inner+"</command>"), &line) != nil {
		return false
	}
	for _, server := range []schema.Server{schema.ServedByNode, schema.ServedByInterconnect, schema.ServedByFabricControl, schema.ServedByDirector} {
		call, err := command.NewOperational(d.cfg.Schema, server).Parse(strings.TrimSpace(line.Text))
		if err != nil {
			continue
		}
		return (lookingBit(call.RPC.Class) || d.class.Has(permission.Maintenance)) && d.class.Command(strings.Join(call.Words, " "), bit(call.RPC))
	}
	// Nobody knows the command: the component says what is wrong with it.
	words := command.Tokens(line.Text)
	return len(words) > 0 && d.class.Has(permission.View) && (strings.HasPrefix("show", words[0].Text) || strings.HasPrefix("ping", words[0].Text))
}

func lookingBit(class string) bool { return class == permission.View || class == permission.Network }

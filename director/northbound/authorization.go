package northbound

import (
	"context"
	"encoding/xml"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// authorization is `show cli authorization`: what the user who asks may do.
type authorization struct {
	XMLName            xml.Name    `xml:"authorization-information"`
	User               string      `xml:"user-name"`
	Class              string      `xml:"class-name"`
	Bits               []permitted `xml:"permission"`
	AllowCommands      string      `xml:"allow-commands,omitempty"`
	DenyCommands       string      `xml:"deny-commands,omitempty"`
	AllowConfiguration string      `xml:"allow-configuration,omitempty"`
	DenyConfiguration  string      `xml:"deny-configuration,omitempty"`
}

// permitted is a permission bit with what it is good for.
type permitted struct {
	Name string `xml:"name"`
	Help string `xml:"description"`
}

// Text prints it as Junos does.
func (a authorization) Text(w *report.Writer) {
	w.Linef("Current user: '%s' class '%s'", a.User, a.Class)
	w.Line("Permissions:")
	t := report.Table{NoHeader: true, Indent: 4, Columns: []report.Column{{Width: 11}, {}}}
	for _, b := range a.Bits {
		t.Rows = append(t.Rows, []string{b.Name, "-- " + b.Help})
	}
	w.Table(t)
	w.Line("Individual command authorization:")
	for _, rule := range [][2]string{
		{"Allow regular expression", a.AllowCommands}, {"Deny regular expression", a.DenyCommands},
		{"Allow configuration regular expression", a.AllowConfiguration}, {"Deny configuration regular expression", a.DenyConfiguration},
	} {
		if rule[1] == "" {
			rule[1] = "none"
		}
		w.Linef("    %s: %s", rule[0], rule[1])
	}
}

// authorization answers who the user is and what his class allows. The bits and their
// texts are those that the schema offers for a class.
func (f *Face) authorization(_ context.Context, c oper.Call) (report.Report, error) {
	class := f.cfg.Class(c.Peer)
	rules := class.Rules()
	a := authorization{User: c.Peer.User, Class: class.Name, AllowCommands: rules.AllowCommands, DenyCommands: rules.DenyCommands,
		AllowConfiguration: rules.AllowConfiguration, DenyConfiguration: rules.DenyConfiguration}
	if n := f.cfg.Schema.Config().Find("system", "login", "class", "permissions"); n != nil {
		for _, b := range n.Choices() {
			if b.Word != "all" && class.Has(b.Word) {
				a.Bits = append(a.Bits, permitted{Name: b.Word, Help: b.Help})
			}
		}
	}
	return a, nil
}

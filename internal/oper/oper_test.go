package oper_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

type vlans struct {
	XMLName xml.Name `xml:"vlan-information"`
	Names   []string `xml:"vlan>vlan-name"`
}

func (v vlans) Text(w *report.Writer) {
	w.Line("Name")
	for _, n := range v.Names {
		w.Line(n)
	}
}

func registry(t *testing.T) *oper.Registry {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := oper.New(command.NewOperational(s, schema.ServedByNode))
	r.Register("get-vlan-information", func(_ context.Context, c oper.Call) (report.Report, error) {
		if c.Args.Value("vlan-name") == "none" {
			return nil, errors.New("vlan none not found")
		}
		return vlans{Names: []string{fmt.Sprint(c.Args), c.Peer.User}}, nil
	})
	r.Register("clear-ethernet-switching-table", func(_ context.Context, c oper.Call) (report.Report, error) { return nil, nil })
	return r
}

func show(r netconf.Reply) string {
	out := string(r.Body)
	for _, e := range r.Errors {
		out += fmt.Sprintf("%s|%s|%s", e.Tag, e.Message, e.BadElement)
	}
	return out
}

func TestCommand(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for _, tc := range []struct{ line, format, want string }{
		{"show vlans", "", "<output>Name\n[]\nadmin\n</output>"},
		{"sh vl v10 ext", "text", "<output>Name\n[{vlan-name v10} {extensive }]\nadmin\n</output>"},
		{"show vlans", "xml", "<vlan-information>\n    <vlan>\n        <vlan-name>[]</vlan-name>\n        <vlan-name>admin</vlan-name>\n    </vlan>\n</vlan-information>\n"},
		{"show vlans | display xml", "text", "<vlan-information>"},
		{"show vlans | display json", "", `"vlan-information"`},
		{"show vlans v10 | display xml rpc", "", "<rpc><get-vlan-information><vlan-name>v10</vlan-name></get-vlan-information></rpc>"},
		{"show vlans | match ADM | count", "", "<output>Count: 1 lines\n</output>"},
		{"show vlans | display xml | match admin", "", "<output>        &lt;vlan-name&gt;admin&lt;/vlan-name&gt;\n</output>"},
		{"show vlans | no-more", "", "<output>Name\n"},
		{"show vlans | save x", "", "operation-not-supported|save is a command of the shell|save"},
		{"show vlans none", "", "|vlan none not found|"},
		{"clear ethernet-switching table", "", ""},
		{"show vlans", "set", "invalid-value|invalid output format|set"},
		{"show nonsense x", "", "|syntax error, expecting <command>.|nonsense x"},
		{"nonsense", "", "|unknown command.|nonsense"},
		{"show lldp neighbors", "", "operation-not-supported|command is not valid on this component|get-lldp-neighbors-information"},
	} {
		got := show(r.Command(t.Context(), netconf.Peer{User: "admin"}, tc.line, report.Format(tc.format)))
		if got != tc.want && (tc.want == "" || !strings.HasPrefix(strings.TrimLeft(got, "{ \n"), tc.want)) {
			t.Errorf("%s (%s):\n%q, want\n%q", tc.line, tc.format, got, tc.want)
		}
	}
}

func TestRPC(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for _, tc := range []struct{ op, want string }{
		{"<get-vlan-information/>", "<vlan-information>"},
		{`<get-vlan-information format="text"><extensive/><vlan-name> v10 </vlan-name></get-vlan-information>`, "<output>Name\n[{extensive } {vlan-name v10}]\n"},
		{`<get-vlan-information format="ascii"/>`, "<output>Name\n"},
		{`<get-vlan-information format="json"/>`, `"vlan-information"`},
		{`<get-vlan-information format="yaml"/>`, "invalid-value|"},
		{`<get-vlan-information><colour/></get-vlan-information>`, "unknown-element|syntax error|colour"},
		{`<get-vlan-information><vlan-name><b/></vlan-name></get-vlan-information>`, "unknown-element|syntax error|vlan-name"},
		{`<get-vlan-information><vlan-name>a</vlan-name><vlan-name>b</vlan-name></get-vlan-information>`, "bad-element|"},
		{`<get-vlan-information><extensive>x</extensive></get-vlan-information>`, "invalid-value|syntax error|extensive"},
		{`<get-vlan-information xmlns="urn:evil"/>`, "unknown-namespace|"},
		{`<get-vlan-information><vlan-name xmlns="urn:evil">a</vlan-name></get-vlan-information>`, "unknown-element|"},
		{`<clear-ethernet-switching-table><mac>zz</mac></clear-ethernet-switching-table>`, "invalid-value|invalid MAC address"},
		{`<clear-ethernet-switching-table/>`, ""},
	} {
		var start struct {
			XMLName xml.Name
			Attrs   []xml.Attr `xml:",any,attr"`
		}
		if err := xml.Unmarshal([]byte(tc.op), &start); err != nil {
			t.Fatal(err)
		}
		got := show(r.RPC(t.Context(), netconf.Peer{}, netconf.Operation{Name: start.XMLName, Attrs: start.Attrs, XML: []byte(tc.op)}))
		if got != tc.want && (tc.want == "" || !strings.HasPrefix(strings.TrimLeft(got, "{ \n"), tc.want)) {
			t.Errorf("%s:\n%q, want\n%q", tc.op, got, tc.want)
		}
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	r := registry(t)
	if r.Serves("ping") || !r.Serves("get-vlan-information") {
		t.Error("Serves")
	}
	if missing := strings.Join(r.Missing(), " "); !strings.Contains(missing, "get-interface-information") || strings.Contains(missing, "get-vlan-information") {
		t.Errorf("missing: %s", missing)
	}
	defer func() {
		if recover() == nil {
			t.Error("a second handler was taken")
		}
	}()
	r.Register("get-vlan-information", nil)
}

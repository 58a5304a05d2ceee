package northbound_test

import (
	"context"
	"strings"
	"testing"

	"oneswitch/director/permission"
	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf/netconftest"
)

// TestNoFaceGoesAroundTheClass: a class that may change VLANs and nothing else changes
// nothing else, by whatever operation, format or verb it tries, and sees nothing else.
func TestNoFaceGoesAroundTheClass(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	classes, problems := conf.New(words).Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(
		"set system login class vlans permissions [ configure view rollback ]\n" +
			"set system login class vlans allow-configuration-regexps \"vlans .*|vlans$\"\nset system login class vlans deny-configuration-regexps \"vlans secret.*\"\n")})
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	f := &fake{result: session.Result{Committed: true}, classes: map[string]permission.Class{"vlans": permission.Read(classes, "vlans")}}
	server := newServer(t, f)
	boss, peer := netconftest.Dial(t, server, admin()), admin()
	peer.Class = "vlans"
	c := netconftest.Dial(t, server, peer)
	must := func(op string) {
		t.Helper()
		if reply, err := boss.Call(context.Background(), []byte(op)); err != nil || reply.Err() != nil {
			t.Fatalf("%s: %v %v", op, err, reply.Err())
		}
	}
	set := func(lines string) string {
		return `<load-configuration action="set"><configuration-set>` + lines + `</configuration-set></load-configuration>`
	}
	must(set("set vlans v10 vlan-id 10\nset vlans secret vlan-id 99\nset system host-name before\nset snmp location here"))
	must("<commit-configuration/>")
	must(set("set system host-name after"))
	must("<commit-configuration/>")
	text := func(action, body string) string {
		return `<load-configuration action="` + action + `" format="text"><configuration-text>` + body + `</configuration-text></load-configuration>`
	}
	for name, op := range map[string]string{
		"set":              set("set system host-name x"),
		"set below others": set("set vlans v11 vlan-id 11\nset system host-name x"),
		"delete":           set("delete system"),
		"denied":           set("set vlans secret description x"),
		"rename":           set("rename vlans secret to known"),
		"rename into":      set("rename vlans v10 to secret2"),
		"copy":             set("copy vlans v10 to secret3"),
		"replace pattern":  set("replace pattern after with x"),
		"wildcard delete":  set("wildcard delete vlans .*"),
		"deactivate":       set("deactivate system host-name"),
		"annotate":         set("annotate system host-name \"x\""),
		"protect":          set("protect system"),
		"activate":         set("deactivate vlans secret"),
		"by a group":       set("set groups g system host-name x"),
		"apply groups":     set("set apply-groups g"),
		"merge text":       text("merge", "system { host-name x; }"),
		"override text":    text("override", "vlans { v10 { vlan-id 10; } }"),
		"update text":      text("update", "system { host-name x; }"),
		"replace text":     text("replace", "replace: system { host-name x; }"),
		"patch":            text("patch", "[edit system]\n-  host-name after;\n+  host-name x;\n"),
		"XML":              "<load-configuration><configuration><system><host-name>x</host-name></system></configuration></load-configuration>",
		"XML delete":       `<load-configuration><configuration><system delete="delete"/></configuration></load-configuration>`,
		"JSON":             `<load-configuration format="json"><configuration-json>{"configuration":{"system":{"host-name":"x"}}}</configuration-json></load-configuration>`,
		"rollback":         `<load-configuration rollback="1"/>`,
		"edit-config":      "<edit-config><target><candidate/></target><config><configuration><system><host-name>x</host-name></system></configuration></config></edit-config>",
		"copy-config":      "<copy-config><target><candidate/></target><source><config><configuration><vlans/></configuration></config></source></copy-config>",
		"private, then":    `<open-configuration><private/></open-configuration>` + set("set system host-name x"),
	} {
		reply, err := c.Call(context.Background(), []byte(op))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if reply.Err() == nil {
			t.Errorf("%s was taken: %s", name, reply.Body)
		}
		if _, err := c.Call(context.Background(), []byte("<close-configuration/>")); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := boss.Call(context.Background(), []byte(`<get-configuration compare="rollback" rollback="0" format="text"/>`)); err != nil ||
		strings.TrimSpace(strings.NewReplacer("<configuration-information>", "", "</configuration-information>", "", "<configuration-output>", "", "</configuration-output>", "").Replace(string(reply.Body))) != "" {
		t.Errorf("the candidate was changed: %s, %v", reply.Body, err)
	}
	for _, op := range []string{`<get-configuration format="text"/>`, `<get-configuration format="set"/>`, `<get-configuration/>`, `<get-configuration format="json"/>`,
		"<command>show configuration</command>", "<command>show configuration | display set</command>", "<command>show system rollback 0</command>",
		"<command>show system rollback 1 compare 0</command>", "<command>show system rollback revision 2</command>",
		"<get-config><source><running/></source></get-config>", "<get/>", `<get-configuration compare="rollback" rollback="1" format="text"/>`} {
		reply, err := c.Call(context.Background(), []byte(op))
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{"before", "after", "secret", "here"} {
			if strings.Contains(string(reply.Body), hidden) {
				t.Errorf("%s shows %q", op, hidden)
			}
		}
	}
	if reply, err := c.Call(context.Background(), []byte(set("set vlans v10 description mine"))); err != nil || reply.Err() != nil {
		t.Errorf("what is allowed: %v %v", err, reply.Err())
	}
}

package record_test

import (
	"context"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/record"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/syslog"
)

// silent answers every operation with nothing, and a commit with an error when it
// says so.
type silent struct{ fails bool }

func (s silent) Dispatch(context.Context, netconf.Operation) netconf.Reply {
	if s.fails {
		return netconf.Fail(errors.New("no"))
	}
	return netconf.Done()
}
func (silent) Close() {}

func operation(t *testing.T, text string) netconf.Operation {
	t.Helper()
	var name struct{ XMLName xml.Name }
	if err := xml.Unmarshal([]byte(text), &name); err != nil {
		t.Fatal(err)
	}
	return netconf.Operation{Name: name.XMLName, XML: []byte(text)}
}

func load(t *testing.T) *schema.Schema {
	t.Helper()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// session records what a session says, and returns the messages in short.
func session(t *testing.T, words *schema.Schema, via string, d netconf.Dispatcher, ops ...string) []string {
	t.Helper()
	var said []string
	r := record.New(words, func(m syslog.Message) {
		said = append(said, string(m.Facility)+"."+m.Severity.String()+" "+m.Tag+": "+m.Text)
	})
	h := r.Login(&netconf.Session{ID: 7, Peer: netconf.Peer{User: "admin", Remote: "192.0.2.9", Via: via}}, "super-user", d)
	for _, op := range ops {
		h.Dispatch(t.Context(), operation(t, op))
	}
	h.Close()
	return said
}

func TestShell(t *testing.T) {
	t.Parallel()
	got := session(t, load(t), "local", silent{},
		`<command>show version</command>`, `<complete xmlns="urn:oneswitch:fabric:1"><source>ports</source></complete>`, `<get-configuration/>`,
		`<open-configuration><private/></open-configuration>`,
		`<load-configuration action="set"><configuration-set>set vlans v10 vlan-id 10</configuration-set></load-configuration>`,
		`<load-configuration action="set"><configuration-set>set system login user bob authentication encrypted-password "$6$abc def"</configuration-set></load-configuration>`,
		`<load-configuration rollback="1"/>`, `<load-configuration action="override"><configuration-text>x</configuration-text></load-configuration>`,
		`<commit-configuration><log>new vlan</log></commit-configuration>`, `<close-configuration/>`,
		`<component-rpc><component>Node0</component><command>show system uptime</command></component-rpc>`)
	want := []string{
		"authorization.info UI_AUTH_EVENT: Authenticated user 'admin' assigned to class 'super-user'",
		"authorization.info UI_LOGIN_EVENT: User 'admin' login, class 'super-user' [7], ssh-connection '192.0.2.9', client-mode 'cli'",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'show version '",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'configure private '",
		"interactive-commands.notice UI_DBASE_LOGIN_EVENT: User 'admin' entering configuration mode",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'set vlans v10 vlan-id 10 '",
		"change-log.info UI_CFG_AUDIT_OTHER: User 'admin' set vlans v10 vlan-id 10",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'set system login user bob authentication encrypted-password /* SECRET-DATA */ '",
		"change-log.info UI_CFG_AUDIT_OTHER: User 'admin' set system login user bob authentication encrypted-password /* SECRET-DATA */",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'rollback 1 '",
		"interactive-commands.notice UI_LOAD_EVENT: User 'admin' is performing a 'rollback'",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'load override '",
		"interactive-commands.notice UI_LOAD_EVENT: User 'admin' is performing a 'override'",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'commit '",
		"interactive-commands.notice UI_COMMIT: User 'admin' requested 'commit' operation (comment: new vlan)",
		"interactive-commands.notice UI_COMMIT_COMPLETED: commit complete",
		"interactive-commands.notice UI_DBASE_LOGOUT_EVENT: User 'admin' exiting configuration mode",
		"interactive-commands.info UI_CMDLINE_READ_LINE: User 'admin', command 'Node0: show system uptime '",
		"authorization.info UI_LOGOUT_EVENT: User 'admin' logout",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestNETCONF(t *testing.T) {
	t.Parallel()
	got := session(t, load(t), "ssh", silent{fails: true}, `<get-config/>`, `<commit/>`, `<commit-configuration><confirmed/></commit-configuration>`)
	want := []string{
		"interactive-commands.info UI_NETCONF_CMD: User 'admin' used NETCONF client to run command 'get-config'",
		"interactive-commands.info UI_NETCONF_CMD: User 'admin' used NETCONF client to run command 'commit'",
		"interactive-commands.notice UI_COMMIT: User 'admin' requested 'commit' operation (comment: none)",
		"interactive-commands.warning UI_COMMIT_NOT_COMPLETED: commit failed",
		"interactive-commands.info UI_NETCONF_CMD: User 'admin' used NETCONF client to run command 'commit-configuration'",
		"interactive-commands.notice UI_COMMIT: User 'admin' requested 'commit confirmed' operation (comment: none)",
		"interactive-commands.warning UI_COMMIT_NOT_COMPLETED: commit confirmed failed",
	}
	if diff := cmp.Diff(want, got[2:len(got)-1]); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestSecrets types secrets in every statement of the schema that is secret.
func TestSecrets(t *testing.T) {
	t.Parallel()
	words := load(t)
	looked := map[string]bool{}
	var walk func(n *schema.Node)
	seen := map[*schema.Node]bool{}
	walk = func(n *schema.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.Secret() {
			looked[n.Word()] = true
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(words.Config())
	if len(looked) < 3 {
		t.Errorf("only %v are secret", looked)
	}
	for word := range looked {
		for _, value := range []string{"hunter2", `"hunter2 with blanks"`} {
			said := session(t, words, "local", silent{}, "<command>set somewhere "+word+" "+value+" more</command>",
				`<load-configuration action="set"><configuration-set>set a `+word+" "+value+"\nset b "+word+" "+value+"</configuration-set></load-configuration>")
			if text := strings.Join(said, "\n"); strings.Contains(text, "hunter2") || !strings.Contains(text, "SECRET-DATA */ more") {
				t.Errorf("%s: %s", word, text)
			}
		}
	}
}

package permission_test

import (
	"strings"
	"testing"
	"time"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

func words(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tree(t *testing.T, lines ...string) conf.Tree {
	t.Helper()
	out, problems := conf.New(words(t)).Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(strings.Join(lines, "\n"))})
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	return out
}

func change(t *testing.T, from conf.Tree, lines ...string) conf.Tree {
	t.Helper()
	out, problems := from.Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(strings.Join(lines, "\n"))})
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	return out
}

// classed is a configuration with classes of all kinds.
func classed(t *testing.T) conf.Tree {
	return tree(t,
		"set system host-name fabric",
		`set system login user ann class super-user`,
		`set system login user ann authentication encrypted-password "$6$x"`,
		"set system login class noc permissions [ view configure interface-control ]",
		"set system login class noc idle-timeout 15",
		`set system login class noc allow-commands "clear ethernet-switching"`,
		`set system login class noc deny-commands "show system (users|processes)"`,
		"set system login class ports permissions [ configure view ]",
		`set system login class ports allow-configuration "interfaces Node0:xe-0/0/1 unit 0"`,
		"set system login class almost permissions all",
		`set system login class almost deny-configuration "system login"`,
		"set system login class lists permissions [ configure system-control interface-control admin-control view-configuration ]",
		`set system login class lists allow-configuration-regexps "vlans v1.*"`,
		`set system login class lists deny-configuration-regexps [ "vlans v10" "interfaces" ]`,
		"set vlans v10 vlan-id 10",
		"set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching",
		"set interfaces Node0:xe-0/0/2 description uplink",
	)
}

func TestCommands(t *testing.T) {
	t.Parallel()
	all := classed(t)
	for _, c := range []struct {
		class, words, bit string
		want              bool
	}{
		{"super-user", "request system configuration rescue save", "maintenance", true},
		{"operator", "clear ethernet-switching table", "clear", true},
		{"operator", "request system configuration rescue save", "maintenance", false},
		{"operator", "configure", "configure", false},
		{"read-only", "show vlans", "view", true},
		{"read-only", "ping 10.0.0.1", "network", false},
		{"unauthorized", "show vlans", "view", false},
		{"nothing", "show vlans", "view", false},
		{"noc", "show vlans", "view", true},
		{"noc", "show system users", "view", false},
		{"noc", "show system uptime", "view", true},
		{"noc", "clear ethernet-switching table", "clear", true},
		{"noc", "clear system commit", "maintenance", false},
		{"noc", "configure", "configure", true},
	} {
		if got := permission.Read(all, c.class).Command(c.words, c.bit); got != c.want {
			t.Errorf("%s as %s: %t", c.words, c.class, got)
		}
	}
	if idle := permission.Read(all, "noc").Idle; idle != 15*time.Minute {
		t.Errorf("idle timeout: %s", idle)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	all := classed(t)
	for _, c := range []struct {
		class, line string
		denied      string // empty: allowed
	}{
		{"super-user", "delete system login", ""},
		{"read-only", "set vlans v11 vlan-id 11", "vlans v11"},
		{"noc", "set vlans v11 vlan-id 11", ""},
		{"noc", "delete interfaces", ""},
		{"noc", "set system host-name x", "system host-name"},
		{"noc", "set system login user eve class super-user", "system login user eve"},
		{"noc", "set groups g vlans v12 vlan-id 12", ""},
		{"noc", "set groups g system host-name x", "groups g system host-name"},
		{"noc", "set apply-groups g", "apply-groups g"},
		{"ports", "set interfaces Node0:xe-0/0/1 unit 0 description x", ""},
		{"ports", "set interfaces Node0:xe-0/0/1 description x", "interfaces Node0:xe-0/0/1 description"},
		{"ports", "delete interfaces Node0:xe-0/0/1", "interfaces Node0:xe-0/0/1"},
		{"ports", "delete interfaces", "interfaces"},
		{"almost", "set system host-name x", ""},
		{"almost", "delete system", "system login"},
		{"almost", "set system login user eve class super-user", "system login user eve"},
		{"lists", "set vlans v11 vlan-id 11", ""},
		{"lists", "set vlans v10 vlan-id 11", "vlans v10"},
		{"lists", "set interfaces Node0:xe-0/0/1 mtu 9000", "interfaces"},
		{"lists", "set system host-name x", ""},
	} {
		before := all
		if strings.Contains(c.line, "apply-groups") {
			before = change(t, all, "set groups g vlans v12 vlan-id 12")
		}
		at, denied := permission.Read(all, c.class).Denied(before, change(t, before, c.line))
		if denied != (c.denied != "") || !strings.HasPrefix(at.String(), c.denied) {
			t.Errorf("%s as %s: denied %t at %q, want %q", c.line, c.class, denied, at, c.denied)
		}
	}
	// A masked secret that comes back is no new secret.
	masked := change(t, all, `set system login user ann authentication encrypted-password "`+permission.Mask+`"`)
	c := permission.Read(change(t, all, "set system login class admins permissions admin-control"), "admins")
	if _, denied := c.Denied(all, masked); !denied {
		t.Error("a mask overwrote a password")
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	all := classed(t)
	for _, c := range []struct {
		class       string
		want, never []string
	}{
		{"super-user", []string{"$6$x", "host-name", "v10"}, nil},
		{"read-only", nil, []string{"set"}},
		{"noc", []string{"v10", "xe-0/0/2"}, []string{"host-name", "login"}},
		{"ports", []string{"xe-0/0/1 unit 0"}, []string{"xe-0/0/2", "v10", "login"}},
		{"almost", []string{"host-name", "v10"}, []string{"login"}},
		{"lists", []string{"host-name", "user ann", permission.Mask}, []string{"$6$x", "set vlans", "set interfaces"}},
	} {
		class := permission.Read(all, c.class)
		var b strings.Builder
		if err := class.Visible(all).Print(&b, nil, conf.Style{Format: conf.Lines}); err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s does not see %q:\n%s", c.class, w, b.String())
			}
		}
		for _, w := range c.never {
			if strings.Contains(b.String(), w) {
				t.Errorf("%s sees %q:\n%s", c.class, w, b.String())
			}
		}
		if got := class.Looks(); got != (c.want != nil) {
			t.Errorf("%s looks: %t", c.class, got)
		}
	}
}

func TestWhoRepairs(t *testing.T) {
	t.Parallel()
	all := classed(t)
	for class, want := range map[string]bool{"super-user": true, "operator": false, "noc": false, "almost": false, "lists": true, "gone": false} {
		if got := permission.Read(all, class).Repairs(); got != want {
			t.Errorf("%s repairs: %t", class, got)
		}
	}
}

package conf_test

import (
	"strings"
	"testing"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

func loadSchema(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse loads a configuration that must be right.
func parse(t testing.TB, s *schema.Schema, f conf.Format, text string) conf.Tree {
	t.Helper()
	tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadReplace, Format: f, Source: []byte(text)})
	for _, p := range problems {
		t.Errorf("%d:%d %s %s: %s %q", p.Pos.Line, p.Pos.Column, p.Severity, p.Banner(), p.Text, p.Token)
	}
	return tree
}

func printed(t testing.TB, tree conf.Tree, at conf.Path, style conf.Style) string {
	t.Helper()
	var b strings.Builder
	if err := tree.Print(&b, at, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// path reads a path from the top.
func path(t testing.TB, s *schema.Schema, words string) conf.Path {
	t.Helper()
	split, err := conf.Split(words)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := conf.ParsePath(s.Config(), nil, split)
	if len(problems) > 0 {
		t.Fatalf("path %q: %v", words, problems)
	}
	return p
}

const sample = `system {
    host-name lab;
    login {
        message "Authorized access only.\nGo away.";
        user alice {
            full-name "Alice \"A\" Example";
            class super-user;
            authentication {
                encrypted-password "$6$salt$hash"; ## SECRET-DATA
                ssh-ed25519 "ssh-ed25519 AAAAC3 alice@host"; ## SECRET-DATA
            }
        }
    }
    services {
        ssh;
        netconf {
            ssh;
        }
    }
}
fabric {
    aliases {
        interconnect-device {
            F1052 {
                IC-Left;
            }
        }
        node-device {
            BBAK0372 {
                Node1;
            }
            P1377-C {
                Node0;
            }
        }
    }
    resources {
        node-group NW-NG-0 {
            network-domain;
            node-device Node0;
            node-device Node1;
        }
        node-group RSNG01 {
            node-device Node3;
            node-device Node2;
        }
    }
}
interfaces {
    Node0:xe-0/0/2 {
        description "to h1";
        mtu 9192;
        unit 0 {
            family ethernet-switching {
                port-mode access;
                vlan {
                    members v10;
                }
            }
        }
    }
    /* the uplink */
    Node0:xe-0/0/10 {
        native-vlan-id 20;
        unit 0 {
            family ethernet-switching {
                interface-mode trunk;
                inactive: vlan {
                    members [ v20 v10 30-40 ];
                }
            }
            family inet {
                address 10.0.0.1/24;
            }
        }
    }
    inactive: Node1:xe-0/0/0 {
        disable;
    }
}
protocols {
    l2-learning {
        global-mac-table-aging-time 300;
    }
    lldp {
        interface Node0:xe-0/0/2.0 {
            disable;
        }
        interface all;
    }
}
ethernet-switching-options {
    mac-table-aging-time 600;
}
vlans {
    v10 {
        vlan-id 10;
        interface {
            Node0:xe-0/0/3.0;
            protect: Node0:xe-0/0/11.0;
        }
        l3-interface vlan.10;
    }
    v20 {
        description 'plain';
        vlan-id 20;
    }
}
`

func TestTextPrintsBackEqual(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	want := strings.ReplaceAll(sample, "'plain'", `"'plain'"`)
	tree := parse(t, s, conf.Text, want)
	if got := printed(t, tree, nil, conf.Style{}); got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestFormatsCarryTheSame(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Text, sample)
	for _, f := range []conf.Format{conf.Text, conf.Lines, conf.XML, conf.JSON} {
		text := printed(t, tree, nil, conf.Style{Format: f})
		back := parse(t, s, f, text)
		if back.Hash() != tree.Hash() {
			t.Errorf("format %d does not come back:\n%s\n%s", f, text, conf.Compare(tree, back, nil))
		}
	}
}

// TestSpellings says that what administrators write in different ways is one tree.
func TestSpellings(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	spellings := []string{
		"fabric { aliases { node-device { P1377-C { Node0; } BBAK0372 { Node1; } } } }",
		"fabric { aliases { node-device P1377-C Node0; node-device BBAK0372 Node1; } }",
		"fabric { aliases { node-device BBAK0372 { Node1; } node-device P1377-C { Node0; } } }",
		"## Last commit: 2026-01-01 10:00:00 UTC by admin\nfabric { # comment\n aliases node-device { P1377-C Node0; BBAK0372 Node1; }\n}\n",
	}
	first := parse(t, s, conf.Text, spellings[0])
	for _, text := range spellings[1:] {
		if got := parse(t, s, conf.Text, text); got.Hash() != first.Hash() {
			t.Errorf("%s\ngives\n%s", text, printed(t, got, nil, conf.Style{}))
		}
	}
}

// TestActive says that inactive parts are gone and the rest is shared.
func TestActive(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, "set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\nset protocols lldp interface all\n"+
		"set system services ssh\ndeactivate vlans v10\ndeactivate system services ssh\ndeactivate protocols lldp interface all")
	got := printed(t, tree.Active(), nil, conf.Style{Format: conf.Lines})
	if want := "set protocols lldp\nset vlans v20 vlan-id 20\n"; got != want {
		t.Errorf("got:\n%s", got)
	}
	if whole := parse(t, s, conf.Lines, "set vlans v10"); whole.Active().Root() != whole.Root() {
		t.Error("a tree without inactive parts is not its own active tree")
	}
}

package pipe_test

import (
	"strings"
	"testing"

	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

const shown = `system {
    host-name tower; ## not a remark
    /* the crew {
    apply-flags omit; */
    inactive: login { ## x
        apply-flags omit;
        user a {
            class super-user;
        }
    }
}
vlans {
    v10 {
        description "a ## { b";
        vlan-id 10;
    }
}
`

func TestOmit(t *testing.T) {
	t.Parallel()
	got := pipe.Omit(shown)
	want := strings.Replace(shown, `    inactive: login { ## x
        apply-flags omit;
        user a {
            class super-user;
        }
    }
`, "    inactive: login { /* OMITTED */ };\n", 1)
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, same := range []string{"", "vlans {\n    v10;\n}\n", "apply-flags omit;\n", "}\n}\napply-flags omit;\n"} {
		if got := pipe.Omit(same); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	got := pipe.Describe(shown, s.Config(), nil)
	for _, want := range []string{
		"    ##\n    ## host-name: ", "system {\n    ##",
		"        ##\n        ## vlan-id: 802.1Q VLAN identifier\n", "        ##\n        vlan-id 10;\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	plain := ""
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(strings.TrimSpace(line), "##") {
			plain += line
		}
	}
	if plain != shown {
		t.Errorf("without the legends:\n%s\nwant\n%s", plain, shown)
	}
	words, err := conf.Split("vlans v10 vlan-id")
	if err != nil {
		t.Fatal(err)
	}
	at, problems := conf.ParsePath(s.Config(), nil, words)
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	if got := pipe.Describe("vlan-id 10;\n", s.Config(), at); !strings.Contains(got, "## vlan-id: ") {
		t.Errorf("a leaf alone: %s", got)
	}
}

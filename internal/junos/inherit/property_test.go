package inherit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
)

// statements are what the configurations of the properties are made of.
func statements() []string {
	return []string{
		"groups a system host-name x", "groups a apply-groups b", "groups b system login message m", "groups b apply-groups a",
		"groups a interfaces <*> mtu 2000", "groups b interfaces <Node0*> unit 0 family ethernet-switching vlan members [ x y ]",
		"groups b interfaces Node0:xe-0/0/1 mtu 3000", "groups a vlans v2 vlan-id 2", "groups a vlans <v*> description d",
		"groups b interfaces <xe-*> unit 0 family inet address 10.7.7.7/24", "groups b interfaces Node2:xe-0/0/1 disable",
		"apply-groups a", "apply-groups b", "system apply-groups b", "interfaces apply-groups a", "interfaces Node0:xe-0/0/1 apply-groups-except a",
		"interfaces Node0:xe-0/0/1 disable", "interfaces Node1:xe-0/0/1 unit 0 family ethernet-switching vlan members x", "vlans v1 vlan-id 1",
		"interfaces interface-range r member Node0:xe-0/0/[1-3]", "interfaces interface-range r mtu 4000",
		"interfaces interface-range q member Node*:xe-0/0/1", "interfaces interface-range q apply-groups b", "interfaces interface-range r apply-groups a",
		"groups b interfaces interface-range s member Node1:xe-0/0/[1-3]", "groups b interfaces interface-range s disable",
		"groups a interfaces interface-range <*> description i", "interfaces Node0:xe-0/0/2 apply-groups b",
		"policy-options prefix-list l apply-path \"interfaces <*> unit <*> family inet address <*>\"",
		"groups a policy-options prefix-list <*> apply-path \"system name-server <*>\"", "policy-options prefix-list k 10.0.0.0/8",
		"groups b system name-server 192.0.2.1", "interfaces Node0:xe-0/0/1 unit 0 family inet address 10.1.1.1/24",
	}
}

// draw makes a configuration of any of the statements.
func draw(t *rapid.T, blank conf.Tree) conf.Tree {
	source := ""
	for _, w := range rapid.SliceOf(rapid.SampledFrom(statements())).Draw(t, "statements") {
		source += "set " + w + "\n"
	}
	out, problems := blank.Load(conf.Request{Action: conf.LoadSet, Source: []byte(source)})
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	return out
}

// TestPropertyIdempotent says that an effective configuration inherits nothing more.
func TestPropertyIdempotent(t *testing.T) {
	t.Parallel()
	blank := load(t, "")
	rapid.Check(t, func(t *rapid.T) {
		once, _ := inherit.Expand(draw(t, blank))
		twice, _ := inherit.Expand(once)
		if once.Hash() != twice.Hash() {
			t.Fatalf("once:\n%v\ntwice:\n%v", conf.Compare(blank, once, nil), conf.Compare(once, twice, nil))
		}
	})
}

// TestPropertyMemory says that what an Expander has done before shows in nothing but
// the time that it takes.
func TestPropertyMemory(t *testing.T) {
	t.Parallel()
	blank := load(t, "")
	rapid.Check(t, func(t *rapid.T) {
		tree := draw(t, blank)
		var e inherit.Expander
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			verb := rapid.SampledFrom([]string{"set ", "set ", "delete ", "deactivate "}).Draw(t, "verb")
			line := verb + rapid.SampledFrom(statements()).Draw(t, "statement") + "\n"
			if next, problems := tree.Load(conf.Request{Action: conf.LoadSet, Source: []byte(line)}); !conf.Failed(problems) {
				tree = next
			}
			want, wantProblems := inherit.Expand(tree)
			got, problems := e.Expand(tree)
			if got.Hash() != want.Hash() {
				t.Fatalf("after %s%s", line, conf.Compare(want, got, nil))
			}
			if d := cmp.Diff(told(t, want), told(t, got)) + cmp.Diff(wantProblems, problems); d != "" {
				t.Fatalf("after %s%s", line, d)
			}
		}
	})
}

// told is a configuration with where everything in it comes from.
func told(t *rapid.T, tree conf.Tree) string {
	var b strings.Builder
	if err := tree.Print(&b, nil, conf.Style{Origins: conf.FullOrigins}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

package topic_test

import (
	"regexp"
	"strings"
	"testing"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/topic"
)

func load(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestApropos: what a search finds can be typed, and it ends although groups hold
// the configuration within the configuration.
func TestApropos(t *testing.T) {
	t.Parallel()
	s := load(t)
	op := command.NewOperational(s, schema.ServedByDirector, schema.ServedByCLI)
	cfg := command.NewConfiguration(s, op)
	anything := regexp.MustCompile(`.`)
	topics := append(topic.Commands(s, op.RPCs(), anything), topic.Within{Root: s.Config()}.Statements(nil, anything)...)
	if len(topics) < 100 || len(topics) > 2000 {
		t.Errorf("%d topics", len(topics))
	}
	for _, found := range topics {
		words, _, _ := strings.Cut(found.Line, " <") // values are placeholders
		complete := func(line string) command.Possible { return op.Complete(line) }
		if found.Level != "" {
			complete = func(line string) command.Possible { return cfg.Complete(line, nil) }
		}
		if p := complete(words); p.Err != nil {
			t.Errorf("%s: %v", found.Line, p.Err)
		}
		if found.Help == "" {
			t.Errorf("%s has no help text", found.Line)
		}
	}
}

// TestNamed: a statement is found wherever it stands, and nothing that only looks
// like it.
func TestNamed(t *testing.T) {
	t.Parallel()
	root := load(t).Config()
	found := map[string]string{}
	for _, one := range (topic.Within{Root: root}).Named("vlan-id") {
		found[one.Level] = one.Syntax
	}
	if found["[edit vlans <vlan-name>]"] != "vlan-id <vlan-id>" {
		t.Errorf("%v", found)
	}
	if got := (topic.Within{Root: root}).Named("vlan-i"); len(got) > 0 {
		t.Errorf("an abbreviation is no name: %v", got)
	}
}

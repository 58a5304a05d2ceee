package command

import (
	"regexp"
	"strings"
	"testing"
)

// TestApropos: what a search finds can be typed, and it ends although groups hold
// the configuration within the configuration.
func TestApropos(t *testing.T) {
	t.Parallel()
	op, cfg := grammars(t)
	anything := regexp.MustCompile(`.`)
	topics := append(op.Apropos(anything), cfg.Apropos(anything, nil)...)
	if len(topics) < 100 || len(topics) > 2*maxTopics {
		t.Errorf("%d topics", len(topics))
	}
	for _, topic := range topics {
		words, _, _ := strings.Cut(topic.Line, " <") // values are placeholders
		complete := func(line string) Possible { return op.Complete(line) }
		if topic.Level != "" {
			complete = func(line string) Possible { return cfg.Complete(line, nil) }
		}
		if p := complete(words); p.Err != nil {
			t.Errorf("%s: %v", topic.Line, p.Err)
		}
		if topic.Help == "" {
			t.Errorf("%s has no help text", topic.Line)
		}
	}
}

// TestNamed: a statement is found wherever it stands, and nothing that only looks
// like it.
func TestNamed(t *testing.T) {
	t.Parallel()
	_, cfg := grammars(t)
	found := map[string]string{}
	for _, topic := range cfg.Named("vlan-id") {
		found[topic.Level] = topic.Syntax
	}
	if found["[edit vlans <vlan-name>]"] != "vlan-id <1..4094>" {
		t.Errorf("%v", found)
	}
	if got := cfg.Named("vlan-i"); len(got) > 0 {
		t.Errorf("an abbreviation is no name: %v", got)
	}
}

package docgen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oneswitch/internal/docgen"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
)

func load(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCommittedReference makes sure that docs/reference is what the schema gives.
func TestCommittedReference(t *testing.T) {
	t.Parallel()
	for _, p := range docgen.Pages(load(t)) {
		file := filepath.Join("../../docs/reference", p.Name)
		committed, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(committed) != p.Text {
			t.Errorf("%s is not what the schema gives: run `go generate ./internal/docgen` and commit it", p.Name)
		}
	}
}

// TestNothingIsMissing makes sure that each command and each top-level statement
// has its place.
func TestNothingIsMissing(t *testing.T) {
	t.Parallel()
	s := load(t)
	text := map[string]string{}
	for _, p := range docgen.Pages(s) {
		text[p.Name] = p.Text
	}
	shell := command.NewOperational(s, schema.ServedByCLI)
	for _, r := range shell.RPCs() {
		line := strings.Join(r.Grammar.Begins(), " ")
		if !strings.Contains(text["commands.md"], "| `"+line) {
			t.Errorf("commands.md has no %s", line)
		}
	}
	config := command.NewConfiguration(s, shell)
	for _, u := range append(config.Verbs(), config.Pipes()...) {
		if !strings.Contains(text["commands.md"], "\n| `"+u.Name+"` | "+u.Help+" |") {
			t.Errorf("commands.md has no %s", u.Name)
		}
	}
	for _, r := range s.RPCs() {
		if !strings.Contains(text["commands.md"], "| `"+r.Name+"` |") {
			t.Errorf("commands.md has no %s", r.Name)
		}
	}
	for _, n := range s.Config().Children() {
		heading := "\n## " + n.Word() + "\n"
		if n.Everywhere() {
			heading = "\n| `" + n.Word() + " "
		}
		if n.Holds() && !n.Groups() && !strings.Contains(text["configuration.md"], heading) {
			t.Errorf("configuration.md has no %s", n.Word())
		}
	}
	for _, want := range []string{"| `system host-name <host-name>` | Hostname for this system | yes |", "| `protocols bgp` | BGP options | no |"} {
		if !strings.Contains(text["configuration.md"], want) {
			t.Errorf("configuration.md has no row %s", want)
		}
	}
}

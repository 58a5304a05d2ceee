package compile_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/compile"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/report"
)

// TestGolden compiles each testdata/*.conf for the lab inventory and compares the
// intents with the .golden file beside it. ONESWITCH_REWRITE=1 writes them anew;
// commit only changes whose cause you understand.
func TestGolden(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.conf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden configurations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".conf"), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := compiled(t, words, source)
			golden := strings.TrimSuffix(file, ".conf") + ".golden"
			if os.Getenv("ONESWITCH_REWRITE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func compiled(t *testing.T, words *schema.Schema, source []byte) string {
	t.Helper()
	tree, problems := conf.New(words).Load(conf.Request{Action: conf.LoadOverride, Format: conf.Text, Source: source})
	if conf.Failed(problems) {
		t.Fatalf("load: %v", problems)
	}
	var b bytes.Buffer
	s, problems := settings.Read(tree, lab())
	for _, p := range problems {
		fmt.Fprintf(&b, "%s: %s %s\n", p.Severity, p.Banner(), p.Text)
	}
	intents, found := compile.Compile(s, lab())
	for _, p := range found {
		fmt.Fprintf(&b, "problem: [edit %s] %s\n", p.Path, p.Text)
	}
	for _, id := range slices.Sorted(maps.Keys(intents)) {
		raw, err := intents[id].Marshal()
		if err != nil {
			t.Fatal(err)
		}
		out, err := report.Indent(raw)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "--- %s\n%s\n", id, out)
	}
	return b.String()
}

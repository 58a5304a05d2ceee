package conf_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oneswitch/internal/junos/conf"
)

// TestEveryday types what administrators of EX and QFX switches type, in both
// spellings, at the prompt. Every line is taken, and what is configured in the end
// comes through every format.
func TestEveryday(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	files, err := filepath.Glob("testdata/everyday/*.set")
	if err != nil || len(files) == 0 {
		t.Fatal("no statements", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".set"), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree := conf.New(s)
			for line := range strings.Lines(string(source)) {
				edits, problems := conf.ParseLine(s.Config(), nil, strings.TrimSpace(line))
				if len(problems) == 0 {
					tree, problems = tree.Apply(edits)
				}
				if len(problems) > 0 {
					t.Errorf("%s\n\t%q", strings.TrimSpace(line), sayAll(problems))
				}
			}
			for _, f := range []conf.Format{conf.Text, conf.Lines, conf.XML, conf.JSON} {
				text := printed(t, tree, nil, conf.Style{Format: f})
				if back := parse(t, s, f, text); back.Hash() != tree.Hash() {
					t.Errorf("format %d comes back changed:\n%s", f, conf.Compare(tree, back, nil))
				}
			}
		})
	}
}

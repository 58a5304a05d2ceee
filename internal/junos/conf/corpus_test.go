package conf_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
)

// rewrite says whether to replace the files of the corpus by what is printed. Look
// at the difference before it is committed: nothing may get lost.
func rewrite() bool {
	f := flag.Lookup("rewrite")
	return f != nil && f.Value.String() == "true"
}

func TestMain(m *testing.M) {
	flag.Bool("rewrite", false, "replace the corpus by what is printed")
	flag.Parse()
	os.Exit(m.Run())
}

// TestCorpus loads configurations as administrators write them: they print back
// equal and come through every format unchanged.
func TestCorpus(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	files, err := filepath.Glob("testdata/corpus/*.conf")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d configurations: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".conf"), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Source: source})
			if len(problems) > 0 {
				t.Fatalf("load: %q", sayAll(problems))
			}
			text := printed(t, tree, nil, conf.Style{})
			if rewrite() {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if d := cmp.Diff(string(source), text); d != "" {
				t.Errorf("printed back (-file +printed):\n%s", d)
			}
			for _, f := range []conf.Format{conf.Text, conf.Lines, conf.XML, conf.JSON} {
				out := printed(t, tree, nil, conf.Style{Format: f})
				back, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Format: f, Source: []byte(out)})
				if len(problems) > 0 || back.Hash() != tree.Hash() {
					t.Errorf("format %d: %q\n%s\ncomes back changed:\n%s", f, sayAll(problems), out, conf.Compare(tree, back, nil))
				}
			}
		})
	}
}

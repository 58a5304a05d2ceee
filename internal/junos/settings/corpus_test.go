package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
)

// TestCorpus types the configurations of the corpus: they are ones that people
// commit, so that nothing in them is an error, whatever the fabric acts on.
func TestCorpus(t *testing.T) {
	t.Parallel()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../conf/testdata/corpus/*.conf")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d configurations: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Source: source})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			once, _ := inherit.Expand(tree)
			if twice, _ := inherit.Expand(once); twice.Hash() != once.Hash() {
				t.Errorf("expanding twice:\n%s", conf.Compare(once, twice, nil))
			}
			first, problems := settings.Read(tree, known())
			for _, p := range problems {
				if p.Severity == conf.Error {
					t.Errorf("%s '%s': %s", p.Banner(), p.Token, p.Text)
				}
			}
			if again, _ := settings.Read(tree, known()); !cmp.Equal(first, again) {
				t.Errorf("read twice:\n%s", cmp.Diff(first, again))
			}
		})
	}
}

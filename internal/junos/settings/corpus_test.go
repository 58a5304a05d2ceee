package settings_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// TestCorpus types the configurations of the corpus: they are ones that people
// commit, so that nothing in them is an error, whatever the fabric acts on.
func TestCorpus(t *testing.T) {
	t.Parallel()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../conf/testdata/corpus/*.conf")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d configurations: %v", len(files), err)
	}
	var members []inventory.Member
	for _, m := range known().Members() {
		m.Alias = "" // no configuration was active before
		members = append(members, m)
	}
	bare := inventory.NewSnapshot(members, nil)
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
			first, problems := settings.Read(tree, bare)
			for _, p := range problems {
				if p.Severity == conf.Error {
					t.Errorf("%s '%s': %s", p.Banner(), p.Token, p.Text)
				}
			}
			again, _ := settings.Read(tree, bare)
			if d := cmp.Diff(first, again, cmpopts.EquateComparable(netip.Prefix{})); d != "" {
				t.Errorf("read twice:\n%s", d)
			}
		})
	}
}

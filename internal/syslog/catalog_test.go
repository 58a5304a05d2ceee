package syslog

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCatalog: every tag that the program says is in the catalog, and no other.
func TestCatalog(t *testing.T) {
	t.Parallel()
	tag := regexp.MustCompile(`"((?:UI|SSHD|SNMP_TRAP)_[A-Z_]+)"`)
	said := map[string]bool{}
	for _, dir := range []string{"../../director", "../../nodeagent", "../component"} {
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range tag.FindAllStringSubmatch(string(text), -1) {
				said[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var known []string
	for _, e := range Catalog() {
		known = append(known, e.Tag)
		if !said[e.Tag] {
			t.Errorf("nobody says %s", e.Tag)
		}
		delete(said, e.Tag)
	}
	for tag := range said {
		t.Errorf("%s is not in the catalog", tag)
	}
	if !slices.IsSorted(known) {
		t.Errorf("not in order: %v", known)
	}
}

package history

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

func TestSecret(t *testing.T) {
	t.Parallel()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	g := NewGuard(s.Config())
	for line, want := range map[string]bool{
		`set system root-authentication encrypted-password "$6$x"`:         true,
		`set system root-auth encr "$6$x"`:                                 true,
		`top set system login user a authentication encrypted-password x`:  true,
		`top set sys login user a auth encr x`:                             true,
		`set systm login user a authentication encrypted-password x`:       true,
		`set system radius-server 10.0.0.1 secret hush`:                    true,
		`set sys radius-s 10.0.0.1 sec hush`:                               true,
		`wildcard range set system radius-server 10.0.0.[1-3] secret hush`: true,
		`set system root-authentication encrypted-password`:                false,
		`set vlans v10 vlan-id 10`:                                         false,
		`show system root-authentication`:                                  false,
		`set interfaces Node0:xe-0/0/1 description "the secret is none"`:   false,
		``: false,
	} {
		if got := g.Secret(line, nil); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
	words, err := conf.Split("system radius-server 10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	at, problems := conf.ParsePath(s.Config(), nil, words)
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	if !g.Secret("set sec hush", at) {
		t.Error("a secret below the level is not seen")
	}
}

// TestBook: what two sessions add is there at the next login, the modes apart, and a
// file does not grow for ever.
func TestBook(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	a, b := Open(home), Open(home)
	a.Add(Operational, "show vlans")
	b.Add(Operational, "show interfaces")
	a.Add(Configuration, "set vlans v10")
	if got := Open(home).Lines(Operational); !slices.Equal(got, []string{"show vlans", "show interfaces"}) {
		t.Errorf("%q", got)
	}
	if got := Open(home).Lines(Configuration); !slices.Equal(got, []string{"set vlans v10"}) {
		t.Errorf("%q", got)
	}
	for i := range maxLines + 5 {
		a.Add(Operational, fmt.Sprint("line ", i))
	}
	got := Open(home).Lines(Operational)
	if len(got) != maxLines || got[len(got)-1] != fmt.Sprint("line ", maxLines+4) {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
	text, err := os.ReadFile(filepath.Join(home, string(Operational)))
	if err != nil || strings.Count(string(text), "\n") != maxLines {
		t.Errorf("the file has %d lines: %v", strings.Count(string(text), "\n"), err)
	}
	if info, err := os.Stat(filepath.Join(home, string(Operational))); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestBookOutside: no link leads elsewhere, and without a directory nothing happens.
func TestBookOutside(t *testing.T) {
	t.Parallel()
	home, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(elsewhere, []byte("theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(home, string(Operational))); err != nil {
		t.Fatal(err)
	}
	b := Open(home)
	b.Add(Operational, "mine")
	if got := b.Lines(Operational); len(got) > 0 {
		t.Errorf("%q", got)
	}
	if text, _ := os.ReadFile(elsewhere); string(text) != "theirs\n" {
		t.Errorf("%q", text)
	}
	for _, none := range []string{"", "/", filepath.Join(home, "missing")} {
		Open(none).Add(Operational, "x")
		if got := Open(none).Lines(Operational); got != nil {
			t.Errorf("%q: %q", none, got)
		}
	}
}

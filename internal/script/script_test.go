package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `# a comment
echo a=1 word
body
----
a=1 word / body

echo
----
 /
`

func echo(*testing.T) func(Command) string {
	return func(c Command) string {
		words := []string{}
		for _, a := range c.Args {
			if a.Value != "" {
				words = append(words, a.Key+"="+a.Value)
			} else {
				words = append(words, a.Key)
			}
		}
		return strings.Join(words, " ") + strings.TrimRight(" / "+strings.TrimSpace(c.Body), " ")
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte(sample), 0o600); err != nil {
		t.Fatal(err)
	}
	runFile(t, file, false, echo(t))
	wrong := strings.Replace(sample, "word / body", "other", 1)
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	runFile(t, file, true, echo(t))
	if b, err := os.ReadFile(file); err != nil || string(b) != sample {
		t.Errorf("rewritten to:\n%s", b)
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()
	s := scanner{lines: []string{"verb x k=v y", "----", ""}}
	var out strings.Builder
	c, _, err := s.next(&out)
	if err != nil || c.Verb != "verb" || c.Word(1) != "y" || c.Value("k", "") != "v" || c.Value("z", "d") != "d" || !c.Has("x") || c.Has("z") {
		t.Errorf("%+v, %v", c, err)
	}
	s = scanner{lines: []string{"verb", "no dashes"}}
	if _, _, err := s.next(&out); err == nil {
		t.Error("a command without output was taken")
	}
}

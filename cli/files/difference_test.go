package files

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// patched applies a difference in diff's default form, as the program patch does.
func patched(t *rapid.T, text, diff string) string {
	all := lines(text)
	var out []string
	at := 0 // lines of text that are passed
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "> "):
			out = append(out, line[2:])
		case strings.HasPrefix(line, "< "):
			if at >= len(all) || all[at] != line[2:] {
				t.Fatalf("line %d is not %q", at+1, line[2:])
			}
			at++
		case line != "---":
			var from int
			if _, err := fmt.Sscanf(line, "%d", &from); err != nil {
				t.Fatalf("heading %q: %v", line, err)
			}
			if !strings.Contains(line, "a") { // `a` adds behind the line, c and d begin at it
				from--
			}
			out = append(out, all[at:from]...)
			at = from
		}
	}
	out = append(out, all[at:]...)
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "\n") + "\n"
}

// TestDifference: what `file compare` shows makes the second file of the first.
func TestDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.Custom(func(t *rapid.T) string {
			var b strings.Builder
			for _, l := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "}"}), 0, 8).Draw(t, "lines") {
				b.WriteString(l + "\n")
			}
			return b.String()
		})
		a, b := texts.Draw(t, "a"), texts.Draw(t, "b")
		diff := compare(lines(a), lines(b), false).plain()
		if (diff == "") != (a == b) {
			t.Fatalf("%q and %q: %q", a, b, diff)
		}
		if got := patched(t, a, diff); got != b {
			t.Fatalf("%q and %q: %q makes %q", a, b, diff, got)
		}
	})
}

// TestForms: the forms of diff -u and diff -c, as GNU diff writes them.
func TestForms(t *testing.T) {
	t.Parallel()
	a := lines("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n")
	b := lines("one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\n")
	c := compare(a, b, false)
	if got, want := c.unified(), "@@ -1,5 +1,5 @@\n one\n-two\n+TWO\n three\n four\n five\n@@ -8,3 +8,4 @@\n eight\n nine\n ten\n+eleven\n"; got != want {
		t.Errorf("unified:\n%s\nwant\n%s", got, want)
	}
	want := "***************\n*** 1,5 ****\n  one\n! two\n  three\n  four\n  five\n--- 1,5 ----\n  one\n! TWO\n  three\n  four\n  five\n" +
		"***************\n*** 8,10 ****\n--- 8,11 ----\n  eight\n  nine\n  ten\n+ eleven\n"
	if got := c.context(); got != want {
		t.Errorf("context:\n%s\nwant\n%s", got, want)
	}
	if c := compare(lines("a  b\n"), lines("a b\n"), true); len(c.hunks) != 0 {
		t.Errorf("blanks count: %v", c.hunks)
	}
}

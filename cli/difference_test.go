package cli

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// patched applies a difference in diff's default form, as the program patch does.
func patched(t *rapid.T, text, diff string) string {
	lines := splitLines(text)
	var out []string
	at := 0 // lines of text that are passed
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "> "):
			out = append(out, line[2:])
		case strings.HasPrefix(line, "< "):
			if at >= len(lines) || lines[at] != line[2:] {
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
			out = append(out, lines[at:from]...)
			at = from
		}
	}
	out = append(out, lines[at:]...)
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
		diff := difference(a, b)
		if (diff == "") != (a == b) {
			t.Fatalf("%q and %q: %q", a, b, diff)
		}
		if got := patched(t, a, diff); got != b {
			t.Fatalf("%q and %q: %q makes %q", a, b, diff, got)
		}
	})
}

package report_test

import (
	"regexp"
	"strings"
	"testing"

	"oneswitch/internal/report"
)

// TestPattern: extended regular expressions as administrators type them.
func TestPattern(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ pattern, fits, fitsNot string }{
		{"xe-0/0/1", "Node0:XE-0/0/1 up", "Node0:xe-0/0/2"},
		{"^Name|Tag$", "name x", "x Name"},
		{"10\\.1\\.", "10.1.2.3", "1001x2"},
		{"(up|down) *$", "link DOWN  ", "down link"},
		{"ae[0-9]+", "RSNG:ae12", "ae"},
		{"v{2}", "vv", "v"},
		{"\\<v10\\>", "vlan v10 x", "vlan v100"},
		{"[[:<:]]v1[[:>:]]", "a v1,b", "v12"},
		{"\\d+ ms", "12 ms", "x ms"},
		{"[[:digit:]]{3}", "a123", "a12"},
		{"a**", "b", ""},
		{"\\\\<", "a\\<b", "<"},
		{"x|", "anything", ""},
	} {
		re, err := report.Pattern(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		if !re.MatchString(tc.fits) || tc.fitsNot != "" && re.MatchString(tc.fitsNot) {
			t.Errorf("%s: fits %q %v, %q %v", tc.pattern, tc.fits, re.MatchString(tc.fits), tc.fitsNot, re.MatchString(tc.fitsNot))
		}
	}
	for pattern, want := range map[string]string{
		"":  "empty regular expression",
		"(": "parentheses not balanced", "a)": "parentheses not balanced", "[a": "brackets ([ ]) not balanced",
		"*": "repetition-operator operand invalid", "a{1001}": "invalid repetition count(s)",
		"[z-a]": "invalid character range", "[[:nosuch:]]": "invalid character", "a\\": `trailing backslash (\)`,
		strings.Repeat("a", 2000):              "at most 1024 are allowed",
		strings.Repeat("(((a{9}){9}){9})", 30): "", // as big as it may be
	} {
		_, err := report.Pattern(pattern)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

// FuzzPattern: no expression makes Pattern panic; one without anything special
// finds what the standard library's finds.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"a|b", "^x$", "(", "[[:<:]]a", "\\", "a{2,1}", "(?i:a)", "\\<\\>", "x*?", "[\\]]"} {
		f.Add(s, "a line")
	}
	f.Fuzz(func(t *testing.T, pattern, line string) {
		re, err := report.Pattern(pattern)
		if err != nil {
			return
		}
		got := re.MatchString(line)
		if regexp.QuoteMeta(pattern) == pattern && strings.Contains(line, pattern) && !got {
			t.Errorf("%q is not found in %q", pattern, line)
		}
	})
}

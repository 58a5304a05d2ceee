package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/check"
	"oneswitch/internal/junos/conf/conftest"
)

func TestConstraints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"system { login { user bob { class operator; } } }", nil},
		{`system { login { user bob { full-name "B"; } user eve { uid 2000; } } }`, []string{
			"[edit system login] 'user bob' Missing mandatory statement: 'class'",
			"[edit system login] 'user eve' Missing mandatory statement: 'class'"}},
		{"groups { g { system { login { user <*> { uid 2000; } } } } }", nil}, // checked where it is applied
	}
	for _, tt := range tests {
		var got []string
		for _, p := range check.Constraints(conftest.Tree(t, tt.text)) {
			got = append(got, p.Banner()+" '"+p.Token+"' "+p.Text)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, d)
		}
	}
}

// BenchmarkConstraints is what they add to a commit check of the largest fabric.
func BenchmarkConstraints(b *testing.B) {
	tree := conftest.Tree(b, string(conftest.Large()))
	for b.Loop() {
		if got := check.Constraints(tree); len(got) > 0 {
			b.Fatal(got[0])
		}
	}
}

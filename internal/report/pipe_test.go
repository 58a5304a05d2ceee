package report_test

import (
	"strings"
	"testing"

	"oneswitch/internal/report"
)

// TestPipesOfColumns: trim and hold.
func TestPipesOfColumns(t *testing.T) {
	t.Parallel()
	const text = "Name Tag\nv10  10\nßx\n"
	for _, tc := range []struct {
		name  string
		pipes []report.Pipe
		want  report.Piped
		bad   string
	}{
		{"trim", []report.Pipe{{"trim", []string{"5"}}}, report.Piped{Text: "Tag\n10\n\n"}, ""},
		{"trim counts characters", []report.Pipe{{"trim", []string{"1"}}}, report.Piped{Text: "ame Tag\n10  10\nx\n"}, ""},
		{"trim and match", []report.Pipe{{"trim", []string{"5"}}, {"match", []string{"^1"}}}, report.Piped{Text: "10\n"}, ""},
		{"trim without a number", []report.Pipe{{"trim", nil}}, report.Piped{}, "number of columns"},
		{"hold", []report.Pipe{{"hold", nil}}, report.Piped{Text: text, Hold: true}, ""},
		{"append", []report.Pipe{{"append", []string{"f"}}}, report.Piped{}, "append is a command of the shell"},
	} {
		got, err := report.Run(text, tc.pipes)
		switch {
		case tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)):
			t.Errorf("%s: error %v, want one with %q", tc.name, err, tc.bad)
		case tc.bad == "" && (err != nil || got != tc.want):
			t.Errorf("%s: %+v, %v, want %+v", tc.name, got, err, tc.want)
		}
	}
}

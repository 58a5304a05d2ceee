package northbound

import (
	"testing"

	"oneswitch/internal/junos/conf"
)

// TestRPCError says that a problem names its statement wherever that stands.
func TestRPCError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		problem       conf.Problem
		path, element string
	}{
		{"below", conf.Problem{Path: "system", Code: conf.Semantic, Token: "host-name x"}, "[edit system]", "host-name x"},
		{"at the top", conf.Problem{Code: conf.Unapplied, Severity: conf.Warning, Token: "chassis"}, "[edit]", "chassis"},
		{"about no statement", conf.Problem{Code: conf.TooBig}, "", ""},
		{"a word of a line", conf.Problem{Code: conf.SyntaxError, Token: "sytem"}, "", "sytem"},
	} {
		if e := rpcError(tt.problem); e.Path != tt.path || e.BadElement != tt.element {
			t.Errorf("%s: path '%s' element '%s'", tt.name, e.Path, e.BadElement)
		}
	}
}

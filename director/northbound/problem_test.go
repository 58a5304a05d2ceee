package northbound

import (
	"errors"
	"fmt"
	"testing"

	"oneswitch/director/session"
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

// TestFailure: a client can tell a refusal that is a verdict from one that means not now.
func TestFailure(t *testing.T) {
	t.Parallel()
	for tag, err := range map[string]error{
		"lock-denied":     fmt.Errorf("lock: %w", session.Locked{}),
		"resource-denied": fmt.Errorf("commit: %w", session.NotReady{Why: "another commit is in progress"}),
		"":                errors.New("no space left on device"), // netconf makes it operation-failed
	} {
		if e := failure(err).Errors[0]; e.Tag != tag || e.Message != err.Error() {
			t.Errorf("%v: tag %s, message %q; want %s", err, e.Tag, e.Message, tag)
		}
	}
	if e := failure(session.ReadOnly{Why: "dg0 leads"}).Errors[0]; e.Tag != "resource-denied" {
		t.Errorf("read-only: tag %s", e.Tag)
	}
}

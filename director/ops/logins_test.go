package ops

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLogoutEndsWhoIsMeant(t *testing.T) {
	t.Parallel()
	all := []Login{
		{User: "ann", Client: "cli", Terminal: "pts/3", PID: 4711},
		{User: "ann", Client: "netconf"},
		{User: "bob", Client: "cli", Terminal: "pts/4", PID: 4712},
	}
	for _, c := range []struct {
		name string
		args []string
		left []Login
		err  string
	}{
		{"all of a user", []string{"user", "ann"}, all[2:], ""},
		{"a terminal", []string{"terminal", "pts/3"}, all[1:], ""},
		{"a process", []string{"pid", "4712"}, all[:2], ""},
		{"nobody", []string{"user", "eve"}, all, "user eve is not logged in"},
		{"no such terminal", []string{"terminal", "pts/9"}, all, "terminal pts/9 is not logged in"},
		{"no such process", []string{"pid", "1"}, all, "process 1 is not logged in"},
		{"who?", nil, all, "missing argument: which user, terminal or process"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFabric()
			f.logins = slices.Clone(all)
			_, err := newOperations(f).logout(context.Background(), call("request-logout-user", c.args...))
			if got := said(err); got != c.err {
				t.Errorf("said %q, want %q", got, c.err)
			}
			if diff := cmp.Diff(c.left, f.logins); diff != "" {
				t.Errorf("who is left (-want +got):\n%s", diff)
			}
		})
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestLoginsCompleteByTheirNames(t *testing.T) {
	t.Parallel()
	f := newFabric()
	f.logins = []Login{{User: "ann", Terminal: "pts/3", PID: 4711}, {User: "ann", Client: "netconf"}, {User: "bob", Terminal: "pts/10", PID: 50}}
	o := newOperations(f)
	for source, want := range map[string][]string{sourceUsers: {"ann", "bob"}, sourceTerminals: {"pts/3", "pts/10"}, sourceProcesses: {"50", "4711"}} {
		var got []string
		for _, n := range o.Complete(context.Background(), source, "") {
			got = append(got, n.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
	}
}

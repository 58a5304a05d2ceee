package northbound_test

import (
	"context"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/session"
	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
)

// TestCommitIsFollowed: each step is told while the commit runs, the verdict comes
// after the last, and whatever else the client asks meanwhile comes after it all.
func TestCommitIsFollowed(t *testing.T) {
	t.Parallel()
	next := make(chan string)
	f := &fake{result: session.Result{Committed: true}, during: func(progress func(string)) {
		for step := range next {
			progress(step)
		}
	}}
	c := netconftest.Dial(t, newServer(t, f), admin())
	ask := func(op string) netconf.Reply {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		reply, err := c.Call(ctx, []byte(op))
		if err != nil || reply.Err() != nil {
			t.Fatalf("%s: %v %v", op, err, reply.Err())
		}
		return reply
	}
	ask(`<load-configuration action="set"><configuration-set>set vlans v10 vlan-id 10</configuration-set></load-configuration>`)
	const more = `<commit-progress xmlns="urn:oneswitch:fabric:1"/>`
	var heard []string
	hear := func(reply netconf.Reply) (over bool) {
		var p rpc.CommitProgress
		if xml.Unmarshal(reply.Body, &p) != nil {
			return true
		}
		for _, s := range p.Steps {
			_, step, _ := strings.Cut(s, " UTC: ")
			heard = append(heard, step)
		}
		return false
	}
	hear(ask(`<commit-configuration follow="follow"/>`))
	for _, step := range []string{"Node0: prepare", "Node0: prepared"} {
		for next <- step; len(heard) == 0 || heard[len(heard)-1] != step; {
			if hear(ask(more)) {
				t.Fatalf("over before %q", step)
			}
		}
	}
	close(next)
	reply := ask(more)
	for !hear(reply) {
		reply = ask(more)
	}
	if !strings.Contains(string(reply.Body), "<commit-success/>") || !reply.OK {
		t.Errorf("verdict: %s", reply.Body)
	}
	want := []string{"obtaining the lock for commits", "merging the candidate with what is committed", "Node0: prepare", "Node0: prepared"}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if reply, err := c.Call(t.Context(), []byte(more)); err != nil || reply.Err() == nil {
		t.Errorf("progress of nothing: %v, %v", reply.Err(), err)
	}
}

// TestOtherRequestsWaitForAFollowedCommit: a client that does not ask for progress
// gets its next answer when the commit is over.
func TestOtherRequestsWaitForAFollowedCommit(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	f := &fake{result: session.Result{Committed: true}, during: func(func(string)) { <-release }}
	c := netconftest.Dial(t, newServer(t, f), admin())
	for _, op := range []string{`<load-configuration action="set"><configuration-set>set vlans v10 vlan-id 10</configuration-set></load-configuration>`,
		`<commit-configuration follow="follow"/>`} {
		if _, err := c.Call(t.Context(), []byte(op)); err != nil {
			t.Fatal(err)
		}
	}
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	reply, err := c.Call(t.Context(), []byte(`<get-configuration compare="rollback" rollback="0" format="text"/>`))
	if err != nil || strings.Contains(string(reply.Body), "v10") {
		t.Errorf("difference after the commit: %s, %v", reply.Body, err)
	}
}

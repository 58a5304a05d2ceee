package e2e

import (
	"encoding/json"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"oneswitch/internal/lab"
)

// supervisor returns the number of the process that `up` left behind.
func (f *fabric) supervisor() int {
	f.t.Helper()
	var s lab.Status
	if err := json.Unmarshal([]byte(f.mustLab("status", "--json")), &s); err != nil {
		f.t.Fatal(err)
	}
	return s.Supervisor
}

// TestSupervisorKilled kills what watches over the processes. A second `up` adopts them:
// not one is started anew, no frame is lost, and they are watched over again.
func TestSupervisorKilled(t *testing.T) {
	f := start(t)
	fl := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	before, old := f.status(), f.supervisor()
	if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, 5*time.Second, "the supervisor to be missed", func() bool { _, err := f.lab("status"); return err != nil })
	f.up()
	if now := f.supervisor(); now == old || now == 0 {
		t.Fatalf("supervisor %d, before %d", now, old)
	}
	for name, p := range f.status() {
		if b := before[name]; p.PID != b.PID || p.Restarts != b.Restarts {
			t.Errorf("%s is process %d after %d restarts, was %d after %d", name, p.PID, p.Restarts, b.PID, b.Restarts)
		}
	}
	if !f.allConnected() {
		t.Error("the shell does not answer as before")
	}
	f.killAndAwait("Node1") // an adopted process that ends is started again
	f.mustLab("stop", "FC-0")
	await(t, 5*time.Second, "FC-0 to be down", func() bool { return f.status()["FC-0"].PID == 0 })
	f.mustLab("start", "FC-0")
	await(t, 10*time.Second, "FC-0 to be back", func() bool { return f.status()["FC-0"].PID != 0 })
	got := fl.finish()
	t.Logf("%d of %d frames lost", got.lost, got.sent)
	if got.lost > 0 {
		t.Errorf("lost %d of %d frames, want 0", got.lost, got.sent)
	}
}

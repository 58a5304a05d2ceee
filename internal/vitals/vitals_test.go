package vitals

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func machine(t *testing.T, files map[string]string) *Meter {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Meter{root: root}
}

func TestReadReadsWhatTheKernelSays(t *testing.T) {
	t.Parallel()
	m := machine(t, map[string]string{
		"proc/stat":    "cpu  100 0 100 700 100 0 0 0 0 0\nbtime 1346000000\n",
		"proc/meminfo": "MemTotal:       1000 kB\nMemFree: 100 kB\nMemAvailable:    400 kB\n",
		"proc/loadavg": "0.25 0.50 1.00 1/100 4242\n",
	})
	got := m.Read()
	got.Links = nil // of the machine that runs the test
	want := Vitals{Booted: time.Unix(1346000000, 0), CPU: 20, TotalKB: 1000, FreeKB: 400,
		Load: []float64{0.25, 0.5, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read() differs (-want +got):\n%s", diff)
	}
}

func TestSecondReadingCountsFromTheFirst(t *testing.T) {
	t.Parallel()
	m := machine(t, map[string]string{"proc/stat": "cpu 100 0 0 100 0 0\n"})
	m.Read()
	if err := os.WriteFile(filepath.Join(m.root, "proc/stat"), []byte("cpu 190 0 0 110 0 0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := m.Read().CPU; got != 90 {
		t.Errorf("CPU = %d, want 90", got)
	}
}

func TestProcessesAreSelfAndDescendants(t *testing.T) {
	t.Parallel()
	rest := " 0 0 0 0 0 0 0 0 0 50 50 0 0 0 0 0 0 0 0 2 0"
	m := machine(t, map[string]string{
		"proc/10/stat":    "10 (one) switch) S 1" + rest,
		"proc/10/cmdline": "oneswitch\x00director\x00",
		"proc/11/stat":    "11 (cli) S 10" + rest,
		"proc/12/stat":    "12 (stranger) S 1" + rest,
	})
	got := m.processes(10)
	if len(got) != 2 || got[0].PID != 10 || got[1].PID != 11 {
		t.Fatalf("processes = %+v, want 10 and 11", got)
	}
	if got[0].Command != "oneswitch director" || got[0].CPU != 1 {
		t.Errorf("process 10 = %+v", got[0])
	}
}

func TestUnreadableMachineIsZero(t *testing.T) {
	t.Parallel()
	m := &Meter{root: t.TempDir()}
	if got := m.Read(); got.CPU != 0 || got.TotalKB != 0 || got.Processes != nil {
		t.Errorf("Read() of nothing = %+v", got)
	}
}

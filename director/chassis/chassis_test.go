package chassis

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/ops"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/vitals"
	"oneswitch/inventory"
)

type fabric struct{ directors []ops.Director }

func start() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func (f fabric) Directors(context.Context) []ops.Director { return f.directors }
func (f fabric) View() ops.View {
	up := ops.Standing{Connected: true, Known: true, Configured: true}
	return ops.View{
		HostName: "oneswitch", Self: "dg0", Leader: "dg0", Own: f.directors[0],
		Members: inventory.NewSnapshot([]inventory.Member{
			{ID: "BBAK0372", Alias: "Node0", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8"), Model: "OSX-48X4F"},
			{ID: "BBAK0373", Alias: "Node1", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.10"), Model: "OSX-48X4F"},
			{ID: "BBAK0374", Role: inventory.RoleNode, Device: 5, Address: netip.MustParseAddr("128.0.130.12"), Model: "OSX-48X4F"},
			{ID: "F1052", Alias: "IC-Left", Role: inventory.RoleInterconnect, Device: 3, Address: netip.MustParseAddr("128.0.130.4"), Model: "OSX-64F"},
			{ID: "FC-0", Role: inventory.RoleFabricControl, Address: netip.MustParseAddr("128.0.128.6")},
		}, nil),
		Standing: map[inventory.MemberID]ops.Standing{"BBAK0372": up, "BBAK0373": {Connected: true, Known: true, Debt: 7}, "F1052": up, "FC-0": up},
	}
}

func newFabric() fabric {
	return fabric{[]ops.Director{
		{Name: "dg0", Address: "128.0.128.2", Online: true, Master: true, Started: start().Add(-26*time.Hour - 62*time.Second).Unix(), Vitals: vitals.Vitals{
			CPU: 12, TotalKB: 16 << 20, FreeKB: 12 << 20, Load: []float64{0.5, 0.25, 1.125},
			Disks:     []vitals.Disk{{Mount: "/", Size: 100 << 30, Used: 40 << 30, Avail: 55 << 30}},
			Processes: []vitals.Process{{PID: 77, Command: "oneswitch director", RSSKB: 34 << 10}},
		}},
		{Name: "dg1", Address: "128.0.128.3"},
	}}
}

// TestScreens compares every screen, in text and in XML, with its golden file;
// UPDATE=1 writes them anew.
func TestScreens(t *testing.T) {
	t.Parallel()
	r := registry(t)
	var got strings.Builder
	for _, line := range []string{
		"show chassis hardware", "show chassis hardware models", "show chassis hardware clei-models", "show chassis hardware node-device Node1",
		"show chassis fpc", "show chassis fpc detail", "show chassis fpc interconnect-device IC-Left",
		"show chassis routing-engine", "show chassis routing-engine 1", "show chassis environment", "show chassis environment node-device BBAK0374",
		"show chassis firmware", "show system storage", "show system memory", "show system license", "show system license usage",
		"show chassis hardware node-device IC-Left", "show chassis routing-engine 7",
	} {
		for _, format := range []report.Format{report.FormatText, report.FormatXML} {
			reply := r.Command(t.Context(), netconf.Peer{User: "admin"}, line, format)
			got.WriteString("=== " + line + " (" + string(format) + ")\n" + string(reply.Body))
			for _, e := range reply.Errors {
				got.WriteString("error: " + e.Message + "\n")
			}
		}
	}
	file := filepath.Join("testdata", "screens.golden")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func registry(t *testing.T) *oper.Registry {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := oper.New(command.NewOperational(s, schema.ServedByDirector))
	New(newFabric(), clock.NewManual(start())).Register(r)
	return r
}

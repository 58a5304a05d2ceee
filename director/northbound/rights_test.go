package northbound

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/schema"
)

// TestEveryRPCTakesAPermission: no operation is there for anybody, but for the few that
// check by themselves what they are asked to do, and none for nobody.
func TestEveryRPCTakesAPermission(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	operations := (&Face{}).table()
	var open []string
	for _, name := range slices.Sorted(maps.Keys(operations)) {
		o := operations[name]
		if o.allowed(permission.Class{}) {
			t.Errorf("%s is allowed to a class without rights", name)
		}
		if super, _ := permission.Predefined(permission.SuperUser); !o.allowed(super) {
			t.Errorf("%s is not allowed to a super-user", name)
		}
		if o.bit == "" {
			open = append(open, name)
		} else if o.words == "" {
			t.Errorf("%s takes %s and is no command that a login class could name", name, o.bit)
		}
	}
	// command finds the permission of the line, complete shows what is visible, the
	// modules are no secret; and who may no longer edit may still stop.
	if diff := cmp.Diff([]string{"close-configuration", "command", "complete", "get-schema", "unlock", "unlock-configuration"}, open); diff != "" {
		t.Errorf("operations for every class (-want +got):\n%s", diff)
	}
	bits := map[string]bool{permission.View: true, permission.Network: true, permission.Maintenance: true, "clear": true, "reset": true, "trace": true,
		"view-configuration": true, permission.Configure: true, permission.Rollback: true, "shell": true, "floppy": true}
	for _, r := range words.RPCs() {
		if r.Class == "" {
			t.Errorf("rpc %s has no class: osw:class is missing", r.Name)
		} else if !bits[r.Class] {
			t.Errorf("rpc %s has the class %s, which is no permission bit", r.Name, r.Class)
		}
	}
}

// TestWhoMayAsk is the whole table for the predefined classes: who may ask for which
// operation at all. What exactly he sees and changes is narrowed further below it.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	edits := "cancel-commit commit commit-configuration component-rpc configuration-status copy-config delete-config discard-changes edit-config " +
		"get get-config get-configuration load-configuration lock lock-configuration open-configuration update-configuration validate"
	always := "close-configuration command complete get-schema unlock unlock-configuration"
	for class, want := range map[string]string{
		permission.SuperUser:    edits + " " + always,
		permission.Operator:     "component-rpc " + always,
		permission.ReadOnly:     always,
		permission.Unauthorized: "",
	} {
		c, _ := permission.Predefined(class)
		var got []string
		for name, o := range (&Face{}).table() {
			if o.allowed(c) {
				got = append(got, name)
			}
		}
		wanted := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(wanted)
		if diff := cmp.Diff(strings.Join(wanted, " "), strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", class, diff)
		}
	}
}

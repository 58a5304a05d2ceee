package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"oneswitch/director/commit"
	"oneswitch/inventory"
	"oneswitch/inventory/store"
)

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func contact(serial string, role inventory.Role) inventory.Member {
	return inventory.Member{
		ID: inventory.MemberID(serial), Role: role, Model: "box", HostKey: "ssh-ed25519 " + serial,
		Address: netip.MustParseAddr("128.0.130.8"),
	}
}

func contractEnrol(t *testing.T, b bench) {
	ctx := t.Context()
	db := b.open(t, "dg0")
	m, err := db.Enrol(ctx, contact("P1234-C", inventory.RoleNode))
	check(t, err)
	if m.Device != 1 {
		t.Fatalf("first device id is %d", m.Device)
	}
	moved := contact("P1234-C", inventory.RoleNode)
	moved.Address, moved.Model = netip.MustParseAddr("128.0.130.9"), "better box"
	again, err := db.Enrol(ctx, moved)
	check(t, err)
	if again.Device != 1 || again.Address != moved.Address || again.Model != "better box" {
		t.Fatalf("known member comes back as %+v", again)
	}
	stranger := moved
	stranger.HostKey = "ssh-ed25519 other"
	if _, err := db.Enrol(ctx, stranger); !errors.Is(err, store.ErrKeyChanged) {
		t.Fatalf("another key for a known serial number: %v", err)
	}
	liar := moved
	liar.Role = inventory.RoleInterconnect
	if _, err := db.Enrol(ctx, liar); err == nil {
		t.Fatal("a member changed its role")
	}
	for _, serial := range []string{"", "x ", " x", strings.Repeat("s", 192)} {
		if _, err := db.Enrol(ctx, contact(serial, inventory.RoleNode)); err == nil {
			t.Errorf("serial number %q was taken", serial)
		}
	}
	if fc, err := db.Enrol(ctx, contact("FC-0", inventory.RoleFabricControl)); err != nil || fc.Device != 0 {
		t.Fatalf("a fabric control needs no device id: %+v, %v", fc, err)
	}
	if fc, err := db.Enrol(ctx, contact("FC-1", inventory.RoleFabricControl)); err != nil || fc.Device != 0 {
		t.Fatalf("nor does the next: %+v, %v", fc, err)
	}
	if ic, err := db.Enrol(ctx, contact("p1234-c", inventory.RoleInterconnect)); err != nil || ic.Device != 2 {
		t.Fatalf("names differ by case: %+v, %v", ic, err)
	}
	members, err := db.Members(ctx)
	check(t, err)
	if len(members) != 4 || members[2] != again {
		t.Fatalf("members are %+v", members)
	}
	sightings, err := db.Sightings(ctx)
	check(t, err)
	if s := sightings[2]; s.Member != "P1234-C" || s.Last.Before(s.First) {
		t.Fatalf("sightings are %+v", sightings)
	}
	b.raw(t, `UPDATE members SET role = 'toaster' WHERE serial = 'FC-0'`)
	if _, err := db.Members(ctx); err == nil || !strings.Contains(err.Error(), "FC-0") {
		t.Fatalf("a damaged member row: %v", err)
	}
}

// contractEnrolRace: both directors enrol everybody at once, as they do when a
// fabric is switched on.
func contractEnrolRace(t *testing.T, b bench) {
	ctx := t.Context()
	var all sync.WaitGroup
	for _, db := range []*store.DB{b.open(t, "dg0"), b.open(t, "dg1")} {
		for i := range 24 {
			all.Go(func() {
				if _, err := db.Enrol(ctx, contact(fmt.Sprintf("N%d", i), inventory.RoleNode)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	members, err := b.open(t, "dg0").Members(ctx)
	check(t, err)
	taken := map[inventory.DeviceID]bool{}
	for _, m := range members {
		taken[m.Device] = true
	}
	if len(members) != 24 || len(taken) != 24 {
		t.Fatalf("%d members have %d device ids", len(members), len(taken))
	}
}

func contractNumbers(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	first, err := db.Numbers(ctx, epoch, []string{"red", "Red", "röt"})
	check(t, err)
	if first["red"] != 4096 || first["Red"] != 4097 || first["röt"] != 4098 {
		t.Fatalf("numbers are %v", first)
	}
	second, err := db.Numbers(ctx, epoch, []string{"blue", "red"})
	check(t, err)
	if second["red"] != 4096 || second["blue"] != 4099 {
		t.Fatalf("numbers are %v", second)
	}
	if _, err := db.Numbers(ctx, epoch, []string{"blank "}); err == nil {
		t.Fatal("a VLAN name that ends in a blank was taken")
	}
	b.raw(t, `INSERT INTO numbers (vlan, domain) VALUES ('last', 65535)`)
	gap, err := db.Numbers(ctx, epoch, []string{"late"})
	check(t, err)
	if gap["late"] != 4100 {
		t.Fatalf("the lowest gap is used when the range is at its end: %v", gap)
	}
}

func contractRescue(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	if _, err := db.Rescue(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("rescue configuration of an empty datastore: %v", err)
	}
	want := commit.Change{User: "admin", At: time.Unix(0, 42).UTC(), Config: "set a"}
	check(t, db.SetRescue(ctx, epoch, commit.Change{User: "x", Config: "set b"}))
	check(t, db.SetRescue(ctx, epoch, want))
	if got, err := db.Rescue(ctx); err != nil || got != want {
		t.Fatalf("rescue configuration is %+v, %v", got, err)
	}
	check(t, db.DeleteRescue(ctx, epoch))
	if _, err := db.Rescue(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("after deletion: %v", err)
	}
}

func contractEvents(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	check(t, db.Begin(ctx, epoch, transaction("1-1", 1)))
	_, err := db.Decide(ctx, epoch, "1-1", commit.Aborted, nil)
	check(t, err)
	check(t, db.Begin(ctx, epoch, transaction("1-2", 2)))
	_, err = db.Decide(ctx, epoch, "1-2", commit.Aborted, nil)
	check(t, err)
	check(t, db.Log(ctx, store.Alarm, "one"))
	check(t, b.open(t, "dg1").Log(ctx, store.Notice, "two"))
	events, err := db.Events(ctx, 10)
	check(t, err)
	if len(events) != 2 || events[0].Text != "two" || events[0].Origin != "dg1" || events[1].Severity != store.Alarm {
		t.Fatalf("events are %+v", events)
	}
	check(t, db.Expire(ctx, epoch, time.Now()))
	if events, err = db.Events(ctx, 10); err != nil || len(events) != 0 {
		t.Fatalf("expired events are %+v, %v", events, err)
	}
	ledger, err := db.Recover(ctx, epoch)
	check(t, err)
	if ledger.Last != 2 {
		t.Fatalf("expiry made revision numbers start again at %d", ledger.Last)
	}
	if attempts, err := db.Attempts(ctx, 10); err != nil || len(attempts) != 1 {
		t.Fatalf("attempts are %+v, %v", attempts, err)
	}
}

func contractSchema(t *testing.T, b bench) {
	var all sync.WaitGroup
	for range 4 { // directors that start together
		all.Go(func() {
			db, err := store.Open(t.Context(), b.dsn, options("dg0"))
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	b.raw(t, `INSERT INTO schema_steps (step, made) VALUES (99, 0)`)
	_, err := store.Open(t.Context(), b.dsn, options("dg0"))
	if err == nil || !strings.Contains(err.Error(), "schema version 99") {
		t.Fatalf("a newer schema was opened: %v", err)
	}
}

func contractCanceled(t *testing.T, b bench) {
	db, epoch := b.leader(t)
	if err := db.Begin(canceled(), epoch, transaction("1-1", 1)); err == nil {
		t.Fatal("a canceled write succeeded")
	}
	if _, err := db.Recover(t.Context(), epoch); err != nil {
		t.Fatalf("the next write: %v", err)
	}
}

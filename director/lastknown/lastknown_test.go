package lastknown_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/lastknown"
	"oneswitch/inventory"
)

func TestSaveLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "known")
	if _, there, err := lastknown.Load(path); there || err != nil {
		t.Fatalf("before the first: %t, %v", there, err)
	}
	want := lastknown.Copy{Revision: 7, Config: "system {\n    host-name x;\n}\n", Shipped: "vlans;\n",
		Members: []inventory.Member{{ID: "P1377-C", Role: inventory.RoleNode, Device: 3, Address: netip.MustParseAddr("128.0.128.8"), HostKey: "ssh-ed25519 AAAA"}}}
	if err := lastknown.Save(path, want); err != nil {
		t.Fatal(err)
	}
	got, there, err := lastknown.Load(path)
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); !there || err != nil || diff != "" {
		t.Errorf("load: %t, %v\n%s", there, err, diff)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if err := os.WriteFile(path, []byte(`{"Revision":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, there, err := lastknown.Load(path); there || err == nil {
		t.Errorf("damaged: %t, %v", there, err)
	}
}

package inventory_test

import (
	"testing"

	"oneswitch/inventory"
)

func TestModel(t *testing.T) {
	t.Parallel()
	m, ok := inventory.LookupModel("OSX-48X4F")
	if !ok || m.String() != "xe-0/0/0 to xe-0/0/47" {
		t.Fatalf("model %v, known %v", m, ok)
	}
	for name, want := range map[string]bool{
		"xe-0/0/0": true, "xe-0/0/47": true, "ge-0/0/7": true, // a 1G module in a 10G port
		"xe-0/0/48": false, "xe-0/1/0": false, "xe-1/0/0": false, "et-0/0/0": false, "fte-0/1/0": false,
	} {
		p, err := inventory.ParsePort(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Has(p); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if _, ok := inventory.LookupModel("ACME-1"); ok {
		t.Error("the ports of an unknown model are known")
	}
}

package northbound_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
)

// BenchmarkComplete asks for names over NETCONF, as the shell does at TAB and `?`, with
// a candidate of 6,144 ports and 4,000 VLANs.
func BenchmarkComplete(b *testing.B) {
	server := newServer(b, &fake{})
	client := netconftest.Dial(b, server, admin())
	var set strings.Builder
	for n := range 128 {
		for p := range 48 {
			fmt.Fprintf(&set, "set interfaces N%d:xe-0/0/%d description \"server %d of rack %d\"\n", n, p, p, n)
			fmt.Fprintf(&set, "set interfaces N%d:xe-0/0/%d unit 0 family ethernet-switching vlan members v%d\n", n, p, n*31+1)
		}
	}
	for v := range 4000 {
		fmt.Fprintf(&set, "set vlans v%d vlan-id %d\n", v+1, v+2)
	}
	text := set.String()
	if _, err := rpc.Call(context.Background(), client, rpc.LoadConfiguration{Action: "set", Format: "text", Set: &text}); err != nil {
		b.Fatal(err)
	}
	c := rpc.Component{Caller: client}
	for _, bc := range []struct {
		name, source, path, prefix string
		names                      int
	}{
		{"port", rpc.SourceCandidate, "interfaces", "N77:xe-0/0/3", 11},
		{"node", rpc.SourceCandidate, "interfaces", "N77:", 48},
		{"all-ports", rpc.SourceCandidate, "interfaces", "", 6144},
		{"unit", "units", "", "N77:xe-0/0/3", 12},
		{"vlan", "vlans", "", "v399", 11},
		{"all-vlans", "vlans", "", "", 4001},
	} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				names, err := c.Entries(context.Background(), bc.source, bc.path, bc.prefix)
				if err != nil || len(names) != bc.names {
					b.Fatalf("%d names, %v", len(names), err)
				}
			}
		})
	}
}

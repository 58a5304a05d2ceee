package cli

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"oneswitch/cli/line"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// fabricPorts are the ports of 128 nodes.
func fabricPorts() []rpc.Name {
	var out []rpc.Name
	for node := range 128 {
		for port := range 48 {
			out = append(out, rpc.Name{Name: fmt.Sprintf("Node%d:xe-0/0/%d", node, port), Help: "Up, 10 Gbps"})
		}
	}
	return out
}

// BenchmarkQuestion is `?` from the key to the text for the screen, with the names of
// ports over NETCONF: one port, those of one node, and all 6,144.
func BenchmarkQuestion(b *testing.B) {
	d := newFakeDirector(b)
	d.ports = fabricPorts()
	socket := connect(b, "admin", func(*netconf.Session) netconf.Dispatcher { return d })
	conn, err := net.FileConn(socket)
	if err != nil {
		b.Fatal(err)
	}
	_ = socket.Close()
	client, err := netconf.NewClient(b.Context(), conn, netconf.ClientConfig{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	s := newShell(d.schema, client, identity{user: "admin"}, plainOutput{b.Output()})
	s.editing = true
	for _, bc := range []struct {
		name, typed string
		ports       int
	}{
		{"port", "set interfaces Node77:xe-0/0/33", 1},
		{"node", "set interfaces Node77:", 48},
		{"all-ports", "set interfaces ", 6144},
	} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				_, text := s.complete(line.KeyQuestion, bc.typed)
				if got := strings.Count(text, "Up, 10 Gbps"); got != bc.ports {
					b.Fatalf("%d ports:\n%.1000s", got, text)
				}
			}
		})
	}
}

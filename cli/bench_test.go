package cli

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"oneswitch/cli/line"
	"oneswitch/cli/offer"
	"oneswitch/director/permission"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/withheld"
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
	super, restricted := s.offer, s.offer.To(withholds(b))
	for _, bc := range []struct {
		name, typed, has string
		lines            int // with that
	}{
		{"port", "set interfaces Node77:xe-0/0/33", "Up, 10 Gbps", 1},
		{"node", "set interfaces Node77:", "Up, 10 Gbps", 48},
		{"all-ports", "set interfaces ", "Up, 10 Gbps", 6144},
		{"keyword", "set interfaces Node77:xe-0/0/33 unit 0 fam", "> family", 1},
		{"verb", "ru", "run", 1},
	} {
		b.Run(bc.name, func(b *testing.B) {
			for name, offered := range map[string]*offer.Offer{"super-user": super, "restricted": restricted} {
				b.Run(name, func(b *testing.B) {
					s.offer = offered
					for b.Loop() {
						_, text := s.complete(line.KeyQuestion, bc.typed)
						if got := strings.Count(text, bc.has); got != bc.lines {
							b.Fatalf("%d lines with %s:\n%.1000s", got, bc.has, text)
						}
					}
				})
			}
		})
	}
}

// withholds is what is withheld from a class with bits and expressions.
func withholds(b *testing.B) rpc.Withholds {
	f, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	tree, problems := conf.New(f.schema).Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(
		"set system login class ports permissions [ configure view interface-control routing-control ]\n" +
			`set system login class ports deny-commands "request|clear"` + "\n" +
			`set system login class ports deny-configuration "interfaces .* description|protocols bgp"` + "\n")})
	if conf.Failed(problems) {
		b.Fatal(problems)
	}
	class := permission.Read(tree, "ports")
	return rpc.Withholds{Class: class.Stamp(), List: withheld.List{Statements: permission.NewOffer(class).Statements(f.schema.Config())}}
}

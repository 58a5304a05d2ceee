package command

import (
	"fmt"
	"testing"

	"oneswitch/internal/junos/schema"
)

// BenchmarkComplete is what the shell itself does at a completion key, with the names of
// a fabric of 6,144 ports; to ask for them is measured in director/northbound.
func BenchmarkComplete(b *testing.B) {
	_, cfg := grammars(b)
	var ports []Choice
	for n := range 128 {
		for p := range 48 {
			ports = append(ports, Choice{Name: fmt.Sprintf("Node%d:xe-0/0/%d", n, p), Help: "server"})
		}
	}
	for _, line := range []string{"se", "set interfaces ", "set interfaces Node77:xe-0/0/3", "set interfaces Node77:xe-0/0/3 unit 0 family eth"} {
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				p := cfg.Complete(line, nil)
				for _, source := range p.Sources() {
					if source == schema.SourcePorts {
						p = p.WithNames(ports)
					}
				}
				p.Complete(Tab)
			}
		})
	}
}

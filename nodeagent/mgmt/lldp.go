package mgmt

import (
	"context"
	"fmt"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/lldp"
)

func (m *Mgmt) lldpNeighbors(ctx context.Context, _ oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	return neighbors(s.ports, "", "brief"), nil
}

func (m *Mgmt) lldpOfInterface(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	name := c.Args.Value("interface-device")
	for _, v := range s.ports {
		if matches(name, v.Port.String()) {
			return neighbors(s.ports, name, "detail"), nil
		}
	}
	return nil, fmt.Errorf("interface %s not found", name)
}

func neighbors(ports []engine.PortView, pattern, style string) screen.LLDPNeighbors {
	out := screen.LLDPNeighbors{Style: style}
	for _, v := range ports {
		if !matches(pattern, v.Port.String()) {
			continue
		}
		for _, n := range v.Neighbors {
			out.Neighbor = append(out.Neighbor, screen.LLDPNeighbor{
				Interface: lldpName(v.Port), Parent: "-",
				IDType: n.ChassisKind(), Chassis: n.ChassisText(), PortType: n.PortKind(), Port: n.PortText(),
				Description: lldp.Text(n.PortDescription), System: lldp.Text(n.SystemName), About: lldp.Text(n.SystemDescription), TTL: n.TTL,
			})
		}
	}
	return out
}

// lldpName is the interface as Junos shows it in LLDP: access ports with their unit.
func lldpName(p inventory.Port) string {
	if p.IsFabric() {
		return p.String()
	}
	return unit(p)
}

func (m *Mgmt) lldpLocal(ctx context.Context, _ oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	out := screen.LLDPLocal{Chassis: s.config.Chassis.String(), System: s.name, About: s.config.About, Supported: "Bridge", Enabled: "Bridge"}
	for _, v := range s.ports {
		description := "-"
		if d := s.configured(v.Port).Description; d != "" {
			description = d
		}
		out.Interface = append(out.Interface, screen.LLDPPort{
			Name: lldpName(v.Port), Parent: "-", Index: snmpIndex(s.intent.Device, v.Slot), Description: description,
			Status: screen.UpDown(v.Admin && v.Carrier),
		})
	}
	return out, nil
}

func (m *Mgmt) lldpSettings(ctx context.Context, _ oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	return screen.LLDPSettings{
		Status: "Enabled", Interval: int(lldp.Interval.Seconds()), Hold: lldp.Hold / int(lldp.Interval.Seconds()),
		Ports: len(s.ports), Limit: lldp.MaxNeighbors,
	}, nil
}

func (m *Mgmt) lldpStatistics(ctx context.Context, _ oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	out := screen.LLDPStatistics{}
	for _, v := range s.ports {
		out.Port = append(out.Port, screen.LLDPCount{
			Name: lldpName(v.Port), Received: v.LLDP.Received, Unknown: v.LLDP.Ignored, Errors: v.LLDP.Discarded, Sent: v.LLDP.Sent, Aged: v.LLDP.Aged,
		})
	}
	return out, nil
}

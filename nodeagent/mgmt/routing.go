package mgmt

import (
	"cmp"
	"context"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/view"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// fabricAS is the autonomous system of the fabric (QF-REF 1.9).
const fabricAS = 100

func (m *Mgmt) bgpSummary(context.Context, oper.Call) (report.Report, error) {
	now := m.cfg.Clock.Now()
	peers := m.cfg.Speaker.Peers()
	out := screen.BGPSummary{Groups: 1, Peers: len(peers)}
	for _, p := range peers {
		row := screen.BGPPeer{
			Address: p.Peer.String(), AS: cmp.Or(p.AS, fabricAS), In: p.In, Out: p.Out, Flaps: p.Flaps,
			Elapsed: report.Since(p.Since, now), State: cmp.Or(p.State, "Active"),
		}
		if p.Established {
			row.State = screen.Established
		} else {
			out.Down++
		}
		for _, f := range route.Families() {
			if n, ok := p.Tables[f]; ok && p.Established {
				row.Rib = append(row.Rib, screen.BGPPeerRib{Name: f.Table(), Active: n.Active, Received: n.Received, Accepted: n.Received})
			}
		}
		out.Peer = append(out.Peer, row)
	}
	for _, f := range route.Families() {
		t := m.table(f, now)
		out.Table = append(out.Table, screen.BGPRib{Name: t.Name, Total: t.Total, Active: t.Active})
	}
	return out, nil
}

func (m *Mgmt) routes(ctx context.Context, c oper.Call) (report.Report, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	families := route.Families()
	if name := c.Args.Value("table"); name != "" {
		f, err := route.ParseTable(name)
		if err != nil {
			return nil, err
		}
		families = []route.Family{f}
	}
	out := screen.Routes{Style: c.Args.Level()}
	now := m.cfg.Clock.Now()
	for _, f := range families {
		t := m.table(f, now)
		t.Top(s.tops())
		out.Table = append(out.Table, t)
	}
	return out, nil
}

func (m *Mgmt) routeSummary(context.Context, oper.Call) (report.Report, error) {
	out := screen.RouteSummary{AS: fabricAS, ID: m.cfg.Address.String()}
	for _, f := range route.Families() {
		t := m.table(f, m.cfg.Clock.Now())
		stale := 0
		for _, r := range t.Route {
			for _, p := range r.Path {
				if p.Stale {
					stale++
				}
			}
		}
		out.Table = append(out.Table, screen.SummaryTable{
			Name: t.Name, Destinations: t.Destinations, Total: t.Total, Active: t.Active, Stale: stale,
		})
	}
	return out, nil
}

// table is the screen of the speaker's routes of a family.
func (m *Mgmt) table(f route.Family, now time.Time) screen.RouteTable {
	return view.Table(f, m.cfg.Speaker.Table(f.Table()), now)
}

// tops are the labels of the other members by their addresses.
func (s snapshot) tops() map[string]inventory.Label {
	out := map[string]inventory.Label{}
	for _, peer := range s.intent.Peers {
		out[peer.Address.String()] = inventory.NodeLabel(peer.Device)
	}
	return out
}

func (m *Mgmt) fabricSummary(ctx context.Context, _ oper.Call) (report.Report, error) {
	kind := "Server"
	if m.cfg.Role == inventory.RoleInterconnect {
		kind = "Interconnect"
	}
	return screen.FabricSummary{AS: fabricAS, ID: m.cfg.Address.String(), Type: kind, Mode: "SI"}, ctx.Err()
}

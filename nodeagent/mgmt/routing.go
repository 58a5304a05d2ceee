package mgmt

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"oneswitch/fabricctl/route"
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
	out := screen.Routes{Style: "brief"}
	for _, l := range []string{screen.Terse, "detail", screen.Extensive} {
		if c.Args.Has(l) {
			out.Style = l
		}
	}
	now := m.cfg.Clock.Now()
	for _, f := range families {
		t := m.table(f, now)
		for i := range t.Route {
			for j := range t.Route[i].Path {
				s.labels(&t.Route[i].Path[j])
			}
		}
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

// table turns the speaker's routes of a family into a screen.
func (m *Mgmt) table(f route.Family, now time.Time) screen.RouteTable {
	entries := m.cfg.Speaker.Table(f.Table())
	t := screen.RouteTable{Name: f.Table(), Destinations: len(entries)}
	for _, e := range entries {
		r := screen.Route{}
		r.Destination, r.Length = cutLength(e.Prefix)
		for _, p := range e.Paths {
			t.Total++
			if p.Active {
				t.Active++
			}
			r.Path = append(r.Path, pathOf(p, now))
		}
		t.Route = append(t.Route, r)
	}
	return t
}

// cutLength splits the length off a prefix that has one.
func cutLength(prefix string) (string, int) {
	i := strings.LastIndexByte(prefix, '/')
	if i < 0 {
		return prefix, 0
	}
	n, err := strconv.Atoi(prefix[i+1:])
	if err != nil {
		return prefix, 0
	}
	return prefix[:i], n
}

func pathOf(p route.Path, now time.Time) screen.Path {
	age := now.Sub(p.Received)
	out := screen.Path{
		Protocol: "BGP", Preference: 170, Preference2: int(p.Attrs.LocalPref) + 1, // QF-REF 1.9: 170/-(localpref+1)
		Age: report.Quantity{Seconds: int64(age.Seconds()), Text: report.Age(age)}, LocalPref: p.Attrs.LocalPref,
		ASPath: "I", Validation: "unverified", Stale: p.Stale,
	}
	if p.Active {
		out.Active = "*"
	}
	if p.Peer.IsValid() {
		out.From = p.Peer.String()
	}
	if p.Attrs.Originator.IsValid() {
		out.Originator = p.Attrs.Originator.String()
	}
	for _, c := range p.Attrs.Extended {
		if t := route.Target(c).String(); strings.HasPrefix(t, "target:") && !strings.HasPrefix(t, "target:0x") {
			out.Targets = append(out.Targets, t)
		}
	}
	out.Hop = hops(p)
	return out
}

// hops gives the way to the announcer; the node label is filled in by labels, which
// knows device ids.
func hops(p route.Path) []screen.Hop {
	h := screen.Hop{Selected: p.Active, Via: "dcfabric.0"}
	switch r := p.Route.(type) {
	case route.MAC:
		h.To = r.NextHop.String()
		h.Label = fmt.Sprintf("Push %d, Push %d", inventory.DomainLabel(r.Domain), r.PortLabel)
	case route.Flood:
		h.To = r.NextHop.String()
		h.Label = fmt.Sprintf("Push %d, Push %d, Push %d(top)", inventory.DomainLabel(r.Domain), inventory.PortLabelFlood, r.TreeLabel)
	case route.Link:
		h.To = r.NextHop.String()
	default:
		return nil
	}
	return []screen.Hop{h}
}

// labels completes the stack of MAC routes with the label of the announcing node.
func (s snapshot) labels(p *screen.Path) {
	for i := range p.Hop {
		h := &p.Hop[i]
		if h.Label == "" || strings.HasSuffix(h.Label, "(top)") {
			continue
		}
		for _, peer := range s.intent.Peers {
			if peer.Address.String() == h.To {
				h.Label += fmt.Sprintf(", Push %d(top)", inventory.NodeLabel(peer.Device))
			}
		}
	}
}

func (m *Mgmt) fabricSummary(ctx context.Context, _ oper.Call) (report.Report, error) {
	kind := "Server"
	if m.cfg.Role == inventory.RoleInterconnect {
		kind = "Interconnect"
	}
	return screen.FabricSummary{AS: fabricAS, ID: m.cfg.Address.String(), Type: kind, Mode: "SI"}, ctx.Err()
}

package fabricctl

import (
	"context"
	"slices"
	"strings"

	"oneswitch/fabricctl/reflector"
	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/view"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
)

// fabricAS is the autonomous system of the fabric (QF-REF 1.9).
const fabricAS = 100

// commands answers the operational commands that a fabric control has of its own.
type commands struct {
	boot  bootstrap.File
	r     *reflector.Reflector
	clock clock.Clock
}

func (c commands) register(reg *oper.Registry) {
	reg.Register("get-bgp-summary-information", c.bgpSummary)
	reg.Register("get-route-information", c.routes)
	reg.Register("get-route-summary-information", c.routeSummary)
	reg.Register("get-fabric-summary-information", c.fabricSummary)
}

// bgpSummary is `show bgp summary fabric`: one group of clients, one of the other
// reflectors; clients are accepted unasked, so they count as unconfigured.
func (c commands) bgpSummary(ctx context.Context, _ oper.Call) (report.Report, error) {
	peers, err := c.r.Peers(ctx)
	if err != nil {
		return nil, err
	}
	out := screen.BGPSummary{Groups: 1}
	if len(c.boot.Reflect) > 1 {
		out.Groups = 2
	}
	for _, a := range c.boot.Reflect { // configured, so shown before it was ever seen
		seen := slices.ContainsFunc(peers, func(p reflector.PeerStatus) bool { return p.Peer == a })
		if a != c.boot.Address.Addr() && !seen {
			peers = append(peers, reflector.PeerStatus{Peer: a, AS: fabricAS, State: "Active"})
		}
	}
	for _, p := range peers {
		out.Peers++
		if p.Client {
			out.Unconfigured++
		}
		if p.State != screen.Established {
			out.Down++
		}
		out.Peer = append(out.Peer, c.peer(p))
	}
	for _, f := range route.Families() {
		n, err := c.r.Totals(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Table = append(out.Table, screen.BGPRib{Name: f.Table(), Total: n.Paths, Active: n.Destinations})
	}
	return out, nil
}

func (c commands) peer(p reflector.PeerStatus) screen.BGPPeer {
	row := screen.BGPPeer{
		Address: p.Peer.String(), AS: p.AS, In: p.In, Out: p.Out, Flaps: p.Flaps, State: string(p.State),
	}
	if !p.Since.IsZero() {
		row.Elapsed = report.Since(p.Since, c.clock.Now())
	}
	if p.State != screen.Established {
		return row
	}
	for _, t := range p.Tables {
		row.Rib = append(row.Rib, screen.BGPPeerRib{
			Name: t.Family.Table(), Active: t.Active, Received: t.Received, Accepted: t.Received,
		})
	}
	return row
}

// routes is `show route fabric [table NAME]`.
func (c commands) routes(ctx context.Context, call oper.Call) (report.Report, error) {
	families := route.Families()
	if name := call.Args.Value("table"); name != "" {
		f, err := route.ParseTable(name)
		if err != nil {
			return nil, err
		}
		families = []route.Family{f}
	}
	out := screen.Routes{Style: call.Args.Level()}
	for _, f := range families {
		entries, err := c.r.Table(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Table = append(out.Table, view.Table(f, entries, c.clock.Now()))
	}
	return out, nil
}

// routeSummary is `show route fabric summary`.
func (c commands) routeSummary(ctx context.Context, _ oper.Call) (report.Report, error) {
	out := screen.RouteSummary{AS: fabricAS, ID: c.boot.Address.Addr().String()}
	for _, f := range route.Families() {
		n, err := c.r.Totals(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Table = append(out.Table, screen.SummaryTable{
			Name: f.Table(), Destinations: n.Destinations, Total: n.Paths, Active: n.Destinations, Stale: n.Stale,
		})
	}
	return out, nil
}

// fabricSummary is `show fabric summary`.
func (c commands) fabricSummary(context.Context, oper.Call) (report.Report, error) {
	return screen.FabricSummary{AS: fabricAS, ID: c.boot.Address.Addr().String(), Type: "Fabric Control", Mode: "SI"}, nil
}

// identity says who we are; the component knows the rest.
func (c commands) identity(context.Context) (rpc.Identity, error) { return rpc.Identity{}, nil }

// complete returns the names of a source that begin with prefix.
func (c commands) complete(_ context.Context, source, prefix string) ([]rpc.Name, error) {
	var names []rpc.Name
	if source == "tables" {
		for _, f := range route.Families() {
			if strings.HasPrefix(f.Table(), prefix) {
				names = append(names, rpc.Name{Name: f.Table(), Help: "Table of fabric control"})
			}
		}
	}
	return names, nil
}

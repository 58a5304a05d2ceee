package ops

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"oneswitch/internal/oper"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// ports lists the access ports that the members report; units adds unit 0, which
// is the one that every access port has.
func (o *Operations) ports(ctx context.Context, prefix string, units bool) []rpc.Name {
	members := o.fabric.View().roles(inventory.RoleNode)
	if owner, _, ok := strings.Cut(prefix, ":"); ok {
		members = named(members, owner)
	}
	o.learnPorts(ctx, members)
	var out []rpc.Name
	for _, m := range members {
		for _, name := range o.told.of(m.ID) {
			if units {
				name.Name += ".0"
			}
			out = append(out, name)
		}
	}
	return out
}

// Bounds of what a completion key may ask of the fabric.
const (
	portsFresh   = 30 * time.Second       // what a member said of its ports is used for so long
	portsPatient = 500 * time.Millisecond // a member that is slower has the names that it had
)

// learnPorts asks those members for their ports that have not told lately.
func (o *Operations) learnPorts(ctx context.Context, members []inventory.Member) {
	now := o.clock.Now()
	stale := slices.DeleteFunc(slices.Clone(members), func(m inventory.Member) bool { return o.told.fresh(m.ID, now) })
	if len(stale) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, portsPatient)
	defer cancel()
	parts, _ := ask[screen.Interfaces](ctx, o, stale, request("get-interface-information", oper.Args{{Name: "terse"}}))
	for _, p := range parts {
		p.Report.Prefix(p.Member.Name())
		var ports []rpc.Name
		for _, port := range p.Report.Physical {
			if shown(port, "") {
				ports = append(ports, rpc.Name{Name: port.Name, Help: port.Description})
			}
		}
		o.told.learn(p.Member.ID, ports)
	}
	for _, m := range stale {
		o.told.asked(m.ID, now)
	}
}

// portNames is what the members said last of their ports. To ask all of them at every
// key would be felt in a large fabric.
type portNames struct {
	mu    sync.Mutex
	ports map[inventory.MemberID][]rpc.Name
	at    map[inventory.MemberID]time.Time
}

func (p *portNames) of(m inventory.MemberID) []rpc.Name {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ports[m]
}

func (p *portNames) fresh(m inventory.MemberID, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.at[m]
	return ok && now.Sub(at) < portsFresh
}

func (p *portNames) learn(m inventory.MemberID, ports []rpc.Name) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ports == nil {
		p.ports = map[inventory.MemberID][]rpc.Name{}
	}
	p.ports[m] = ports
}

func (p *portNames) asked(m inventory.MemberID, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[inventory.MemberID]time.Time{}
	}
	p.at[m] = now
}

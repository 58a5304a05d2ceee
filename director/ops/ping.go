package ops

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"oneswitch/internal/echo"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// ping leaves the director on the control network, where the components of the
// fabric are (QF-REF 1.4, diagnostic routing engine).
func (o *Operations) ping(ctx context.Context, c oper.Call) (report.Report, error) {
	to, err := o.target(c.Args.Value("host"))
	if err != nil {
		return nil, err
	}
	return echo.Ping(ctx, o.clock, to, c.Args)
}

func (o *Operations) traceroute(ctx context.Context, c oper.Call) (report.Report, error) {
	to, err := o.target(c.Args.Value("host"))
	if err != nil {
		return nil, err
	}
	return echo.Traceroute(ctx, to, c.Args)
}

// target finds where a command goes: a component by name, or an address of the
// control network. A host on an access port is on a layer 2 domain in which the
// fabric has no address, so nothing here could send to it.
func (o *Operations) target(host string) (echo.Target, error) {
	v := o.fabric.View()
	for _, m := range v.choice("") {
		if (m.Name() == host || string(m.ID) == host) && m.Address.IsValid() {
			return echo.Target{Host: host, Address: m.Address}, nil
		}
	}
	if m, _, ok := v.Resolve(host); ok && m.Address.IsValid() {
		return echo.Target{Host: host, Address: m.Address}, nil
	}
	addr, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return echo.Target{}, fmt.Errorf("cannot resolve %s: Unknown host; the fabric knows its components by name, and addresses", host)
	case !addr.Is4():
		return echo.Target{}, fmt.Errorf("no route to %s: the control network is IPv4", host)
	}
	if _, ok := v.Members.At(addr); ok || onLink(addr) {
		return echo.Target{Host: host, Address: addr}, nil
	}
	return echo.Target{}, fmt.Errorf("no route to %s: the fabric has no address in a VLAN yet, so it reaches its own components alone", host)
}

// onLink reports whether an interface of this machine has an address of the same
// subnet.
func onLink(a netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, x := range addrs {
		if p, err := netip.ParsePrefix(x.String()); err == nil && p.Masked().Contains(a) {
			return true
		}
	}
	return false
}

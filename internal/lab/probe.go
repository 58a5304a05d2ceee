package lab

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"oneswitch/internal/lab/echo"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// awaitForwarding waits until the fabric forwards as it is configured: every
// member is connected and has its configuration, and within each VLAN every test
// host has an answer from the next one, the last from the first.
func awaitForwarding(ctx context.Context, o Options, t Topology) error {
	vlans, err := awaitMembers(ctx, o, t)
	if err != nil {
		return err
	}
	var rings [][]Component
	for _, hosts := range vlans {
		if len(hosts) > 1 {
			rings = append(rings, hosts)
		}
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for _, hosts := range rings {
		for i, h := range hosts {
			next := hosts[(i+1)%len(hosts)]
			all.Go(func() {
				if err := awaitEcho(ctx, o, h.Name, next.Address); err != nil {
					mu.Lock()
					defer mu.Unlock()
					errs = append(errs, fmt.Errorf("%s does not reach %s: %w", h.Name, next.Name, err))
				}
			})
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

// awaitMembers waits until every member of the lab is connected and configured,
// and returns the test hosts by the VLAN of their untagged frames.
func awaitMembers(ctx context.Context, o Options, t Topology) (map[string][]Component, error) {
	var vlans map[string][]Component
	for {
		err := manage(ctx, o, func(ctx context.Context, fabric *netconf.Client) (err error) {
			for ctx.Err() == nil && vlans == nil && err == nil {
				vlans, err = survey(ctx, rpc.Component{Caller: fabric}, t)
			}
			return err
		})
		if vlans != nil || ctx.Err() != nil {
			return vlans, err
		}
		pause(ctx, echoInterval)
	}
}

// survey asks the fabric where it stands; the map is nil while something is
// missing.
func survey(ctx context.Context, fabric rpc.Component, t Topology) (map[string][]Component, error) {
	members, err := fabric.Command(ctx, "show fabric administration inventory", "text")
	if err != nil {
		return nil, err
	}
	if !complete(members, t) {
		pause(ctx, echoInterval)
		return nil, nil
	}
	ports, err := fabric.Command(ctx, "show ethernet-switching interfaces", "text")
	if err != nil {
		return nil, err
	}
	vlans := map[string][]Component{}
	untagged := untaggedVLANs(ports)
	for _, c := range t.Cables {
		h, ok := t.Component(c.B.Name)
		if !ok || !h.IsHost() {
			continue
		}
		port, err := inventory.ParseNetdev(c.A.Netdev)
		if err != nil {
			return nil, err
		}
		if vlan := untagged[inventory.Interface{Owner: c.A.Name, Port: port}.String()]; vlan != "" {
			vlans[vlan] = append(vlans[vlan], h)
		}
	}
	return vlans, nil
}

// complete reports whether an inventory shows every member of the lab by its
// serial number and nothing that is missing.
func complete(members string, t Topology) bool {
	for _, c := range t.Components {
		switch c.Role {
		case inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl:
			if !strings.Contains(members, string(c.Serial)) {
				return false
			}
		}
	}
	return !strings.Contains(members, "Disconnected") && !strings.Contains(members, "Initializing")
}

// untaggedVLANs reads the VLAN of untagged frames of every port that is up from
// the table of ethernet-switching interfaces.
func untaggedVLANs(table string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if strings.Contains(line, ":") && len(f) > 2 {
			// The first line of an interface has its name and its state.
			name, _, _ = strings.Cut(f[0], ".")
			f = f[1:]
			if f[0] != "up" {
				name = ""
			}
			f = f[1:]
		}
		if name != "" && len(f) > 2 && f[2] == "untagged" {
			out[name] = f[0]
		}
	}
	return out
}

// echoInterval is the pause between two echo requests; it is also how late
// readiness may be noticed.
const echoInterval = 50 * time.Millisecond

// awaitEcho sends ICMP echo requests (RFC 792) from a host until one is answered.
func awaitEcho(ctx context.Context, o Options, from string, to netip.Addr) error {
	if o.memory() {
		return awaitMemoryEcho(ctx, o.State, from, to)
	}
	socket, err := echo.Open(ctx, Namespace(o.State, from))
	if err != nil {
		return err
	}
	defer socket.Close()
	for n := uint16(0); ctx.Err() == nil; n++ {
		if took, err := socket.Once(ctx, to, n, echoInterval); err != nil || took > 0 {
			return err
		}
	}
	return ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Ping waits until a test host has an answer from an address, or ctx ends.
func Ping(ctx context.Context, o Options, from string, to netip.Addr) error {
	return awaitEcho(ctx, o, from, to)
}

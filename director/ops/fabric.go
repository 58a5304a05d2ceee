package ops

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// inventory is `show fabric administration inventory` in all its forms (QF-REF 3.3).
func (o *Operations) inventory(ctx context.Context, c oper.Call) (report.Report, error) {
	if c.Args.Has("director-group") {
		return o.directorGroup(ctx), nil
	}
	v := o.fabric.View()
	v.Now = o.clock.Now()
	name := c.Args.Value("name")
	var r InventoryReport
	switch {
	case c.Args.Has("node-devices"):
		r.Sections, r.Dated = []InventorySection{v.nodeSection(name)}, true
	case c.Args.Has("node-groups"):
		r.Sections = []InventorySection{v.groupSection(name, true)}
	case c.Args.Has("interconnect-devices"):
		r.Sections, r.Dated = []InventorySection{v.interconnectSection(name, true)}, true
	case c.Args.Has("infrastructure"):
		r.Sections, r.Dated = v.infrastructure(name), true
	default:
		expand := !c.Args.Has("terse")
		r.Sections = append([]InventorySection{v.groupSection("", expand), v.interconnectSection("", expand)}, v.virtualSections("")...)
	}
	if name != "" && !slices.ContainsFunc(r.Sections, func(s InventorySection) bool { return len(s.Items) > 0 }) {
		return nil, fmt.Errorf("%s is not in the inventory", name)
	}
	return r, nil
}

// infrastructure lists the virtual components, the network node group among them.
func (v View) infrastructure(name string) []InventorySection {
	out := v.virtualSections(name)
	group := v.groupSection(inventory.NetworkNodeGroup, false)
	if len(group.Items) > 0 && (name == "" || name == inventory.NetworkNodeGroup) {
		group.Items[0].Host = v.Leader
		out = append(out, group)
	}
	return out
}

// SessionHost is `show fabric session-host`.
type SessionHost struct {
	XMLName    xml.Name `xml:"fabric-session-host"`
	Identifier string   `xml:"identifier"`
}

// Text prints which director serves the session.
func (s SessionHost) Text(w *report.Writer) { w.Line("Identifier: " + s.Identifier) }

func (o *Operations) sessionHost(context.Context, oper.Call) (report.Report, error) {
	return SessionHost{Identifier: o.fabric.View().Self}, nil
}

func (o *Operations) fabricSummary(context.Context, oper.Call) (report.Report, error) {
	v := o.fabric.View()
	return screen.FabricSummary{AS: 100, ID: v.Own.Address, Type: "Director", Mode: "SI"}, nil
}

func (o *Operations) domainMap(_ context.Context, c oper.Call) (report.Report, error) {
	var r screen.DomainMap
	want := c.Args.Value("vlan")
	for _, x := range o.fabric.View().VLANs {
		if want != "" && x.Name != want && fmt.Sprint(x.Tag) != want {
			continue
		}
		r.Entry = append(r.Entry, screen.DomainEntry{Name: x.Name, Tag: uint16(x.Tag), Domain: uint32(x.Domain), IFL: "-", L3: "-"})
	}
	if want != "" && len(r.Entry) == 0 {
		return nil, fmt.Errorf("vlan with tag or name '%s' does not exist", want)
	}
	return r, nil
}

// fabricDevice is `show chassis fabric device [NAME]`.
func (o *Operations) fabricDevice(ctx context.Context, c oper.Call) (report.Report, error) {
	members := o.fabric.View().roles(inventory.RoleNode, inventory.RoleInterconnect)
	if name := c.Args.Value("name"); name != "" {
		have := memberNamesOf(members)
		if members = named(members, name); len(members) == 0 {
			return nil, notFound("device", name, have)
		}
	}
	parts, missing := o.fabricPorts(ctx, members)
	out := screen.FabricPorts{}
	for _, p := range parts {
		out.Join(p.Report)
	}
	return withMissing(out, missing), nil
}

func (o *Operations) fabricPorts(ctx context.Context, members []inventory.Member) ([]part[screen.FabricPorts], []string) {
	return ask[screen.FabricPorts](ctx, o, members, request("get-chassis-fabric-device", nil))
}

func named(members []inventory.Member, name string) []inventory.Member {
	return slices.DeleteFunc(slices.Clone(members), func(m inventory.Member) bool { return m.Name() != name && string(m.ID) != name })
}

// ConnectivityReport is `show chassis fabric connectivity` (QF-REF 3.4).
type ConnectivityReport struct {
	XMLName xml.Name             `xml:"fabric-connectivity-information"`
	Devices []ConnectivityDevice `xml:"interconnect-device"`
}

// ConnectivityDevice is one interconnect with its ports.
type ConnectivityDevice struct {
	Name  string             `xml:"device-name"`
	Ports []ConnectivityPort `xml:"fabric-port"`
}

// ConnectivityPort is one port of an interconnect and what it leads to.
type ConnectivityPort struct {
	Port     string `xml:"port-name"`
	State    string `xml:"link-status"`
	Node     string `xml:"node-device,omitempty"`
	NodePort string `xml:"node-port,omitempty"`
}

// Text prints a table for each interconnect.
func (r ConnectivityReport) Text(w *report.Writer) {
	for _, d := range r.Devices {
		w.Line("Interconnect device: " + d.Name)
		t := report.Table{Indent: 1, Columns: []report.Column{
			{Title: "Port", Width: 15}, {Title: "State", Width: 7}, {Title: "Node device", Width: 13}, {Title: "Node port"},
		}}
		for _, p := range d.Ports {
			t.Rows = append(t.Rows, []string{p.Port, p.State, orDash(p.Node), orDash(p.NodePort)})
		}
		w.Table(t)
		w.Blank()
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (o *Operations) connectivity(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	members := v.roles(inventory.RoleInterconnect)
	if name := c.Args.Value("interconnect-device"); name != "" {
		var err error
		if members, err = v.pick(selection{"interconnect-device", name}); err != nil {
			return nil, err
		}
	}
	node := c.Args.Value("node-device")
	if node != "" {
		found, err := v.pick(selection{"node-device", node})
		if err != nil {
			return nil, err
		}
		node = found[0].Name()
	}
	parts, missing := o.fabricPorts(ctx, members)
	var r ConnectivityReport
	for _, p := range parts {
		d := ConnectivityDevice{Name: p.Member.Name()}
		for _, port := range p.Report.Port {
			if node == "" || port.Remote == node {
				d.Ports = append(d.Ports, ConnectivityPort{Port: port.Port, State: screen.Capital(port.Link), Node: port.Remote, NodePort: port.RemotePort})
			}
		}
		r.Devices = append(r.Devices, d)
	}
	return withMissing(r, missing), nil
}

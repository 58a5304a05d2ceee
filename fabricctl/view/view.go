// Package view turns fabric routes into the screens of `show route fabric`, the
// same on every component that holds such routes (QF-REF 3.7).
//
// Everything is a pure function of its arguments; nothing owns state.
//
// Invariant: the screens hold nothing that the routes do not say. What only one
// component knows, such as the device label of a next hop, it adds itself.
//
// It must never format: alignment is the screen's business.
package view

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// What Junos prints of a BGP route in the fabric (QF-REF 1.9, 3.7).
const (
	preference  = 170
	fabricDev   = "dcfabric.0"
	activeTag   = "*"
	unverified  = "unverified"
	emptyASPath = "I"
)

// Table returns the screen of a whole table as of now.
func Table(f route.Family, entries []route.Entry, now time.Time) screen.RouteTable {
	t := screen.RouteTable{Name: f.Table(), Destinations: len(entries)}
	for _, e := range entries {
		r := screen.Route{}
		r.Destination, r.Length = cutLength(e.Prefix)
		for _, p := range e.Paths {
			t.Total++
			if p.Active {
				t.Active++
			}
			r.Path = append(r.Path, path(p, now))
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

func path(p route.Path, now time.Time) screen.Path {
	age := now.Sub(p.Received)
	out := screen.Path{
		Protocol: "BGP", Preference: preference, Preference2: int(p.Attrs.LocalPref) + 1, // QF-REF 1.9: 170/-(localpref+1)
		Age: report.Quantity{Seconds: int64(age / time.Second), Text: report.Age(age)}, LocalPref: p.Attrs.LocalPref,
		From: text(p.Peer), Originator: text(p.Attrs.Originator),
		ASPath: emptyASPath, Validation: unverified, Stale: p.Stale, Hop: hops(p),
	}
	if p.Active {
		out.Active = activeTag
	}
	for _, t := range p.Attrs.Targets() {
		out.Targets = append(out.Targets, t.String())
	}
	return out
}

func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// hops returns the way to the announcer. The label of its device is not in the
// route.
func hops(p route.Path) []screen.Hop {
	h := screen.Hop{Selected: p.Active, Via: fabricDev}
	switch r := p.Route.(type) {
	case route.MAC:
		h.To, h.Label = r.NextHop.String(), push(inventory.DomainLabel(r.Domain), r.PortLabel)
	case route.Flood:
		h.To = r.NextHop.String()
		h.Label = push(inventory.DomainLabel(r.Domain), inventory.PortLabelFlood, r.TreeLabel) + screen.TopMark
	case route.Link:
		h.To = r.NextHop.String()
	default:
		return nil
	}
	return []screen.Hop{h}
}

// push prints labels in the order in which they are pushed, bottom first.
func push(labels ...inventory.Label) string {
	var words []string
	for _, l := range labels {
		words = append(words, fmt.Sprintf("Push %d", l))
	}
	return strings.Join(words, ", ")
}

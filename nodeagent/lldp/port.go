package lldp

import (
	"cmp"
	"slices"
	"time"
)

// Timers (802.1AB clause 9.2.5) as Junos sets them.
const (
	Interval = 30 * time.Second
	Hold     = 120 // seconds, the TTL that we send
)

// MaxNeighbors bounds what is kept per port.
const MaxNeighbors = 8

// Neighbor is a remote system on a port.
type Neighbor struct {
	PDU
	Heard time.Time // last LLDPDU
}

func (n Neighbor) expires() time.Time { return n.Heard.Add(time.Duration(n.TTL) * time.Second) }

// Stats counts LLDPDUs of a port (802.1AB clause 10.5.2).
type Stats struct {
	Sent, Received, Discarded, Ignored, Aged uint64
}

// Port is the LLDP state of one port. The zero value is a port that is down.
type Port struct {
	up        bool
	next      time.Time // of the next LLDPDU to send
	neighbors []Neighbor
	stats     Stats
}

// Link tells that the link came up or went down. A port that comes up sends at once;
// a port that goes down forgets its neighbours.
func (p *Port) Link(up bool, now time.Time) {
	switch {
	case up && !p.up:
		p.next = now
	case !up:
		p.neighbors = nil
	}
	p.up = up
}

// Due reports whether an LLDPDU is to be sent now, and counts it as sent. It also
// drops the neighbours whose time to live has passed.
func (p *Port) Due(now time.Time) bool {
	before := len(p.neighbors)
	p.neighbors = slices.DeleteFunc(p.neighbors, func(n Neighbor) bool { return now.After(n.expires()) })
	p.stats.Aged += uint64(before - len(p.neighbors))
	if !p.up || now.Before(p.next) {
		return false
	}
	p.next = now.Add(Interval)
	p.stats.Sent++
	return true
}

// Soon makes the next Due send: what the port says about itself has changed.
func (p *Port) Soon(now time.Time) { p.next = now }

// Receive takes a frame and reports whether the list of neighbours has changed.
func (p *Port) Receive(frame []byte, now time.Time) (changed bool, err error) {
	p.stats.Received++
	pdu, err := Parse(frame)
	if err != nil {
		p.stats.Discarded++
		return false, err
	}
	i := slices.IndexFunc(p.neighbors, func(n Neighbor) bool { return n.Chassis == pdu.Chassis && n.Port == pdu.Port })
	switch {
	case pdu.TTL == 0: // 802.1AB clause 9.2.7.7.4: the sender shuts down
		if i < 0 {
			return false, nil
		}
		p.neighbors = slices.Delete(p.neighbors, i, i+1)
		return true, nil
	case i >= 0:
		changed = p.neighbors[i].PDU != pdu
		p.neighbors[i] = Neighbor{pdu, now}
		return changed, nil
	case len(p.neighbors) >= MaxNeighbors:
		p.stats.Ignored++
		return false, nil
	}
	p.neighbors = append(p.neighbors, Neighbor{pdu, now})
	return true, nil
}

// Neighbors returns the neighbours in the order of chassis and port.
func (p *Port) Neighbors() []Neighbor {
	return slices.SortedFunc(slices.Values(p.neighbors), func(a, b Neighbor) int {
		return cmp.Or(cmp.Compare(a.Chassis.Value, b.Chassis.Value), cmp.Compare(a.Port.Value, b.Port.Value))
	})
}

// Stats returns the counters.
func (p *Port) Stats() Stats { return p.stats }

package screen

import (
	"encoding/xml"

	"oneswitch/internal/report"
)

// BGPSummary is `show bgp summary fabric`.
type BGPSummary struct {
	XMLName      xml.Name  `xml:"bgp-information"`
	Groups       int       `xml:"group-count"`
	Peers        int       `xml:"peer-count"`
	Down         int       `xml:"down-peer-count"`
	Unconfigured int       `xml:"unconfigured-peer-count,omitempty"` // clients that a fabric control accepted unasked
	Table        []BGPRib  `xml:"bgp-rib"`
	Peer         []BGPPeer `xml:"bgp-peer"`
}

// BGPRib counts the paths of one table.
type BGPRib struct {
	Name       string `xml:"name"`
	Total      int    `xml:"total-prefix-count"`
	Active     int    `xml:"active-prefix-count"`
	Suppressed int    `xml:"suppressed-prefix-count"`
	History    int    `xml:"history-prefix-count"`
	Damped     int    `xml:"damped-prefix-count"`
	Pending    int    `xml:"pending-prefix-count"`
}

// BGPPeer is one session.
type BGPPeer struct {
	Address string          `xml:"peer-address"`
	AS      uint32          `xml:"peer-as"`
	In      uint64          `xml:"input-messages"`
	Out     uint64          `xml:"output-messages"`
	Queue   int             `xml:"route-queue-count"`
	Flaps   int             `xml:"flap-count"`
	Elapsed report.Quantity `xml:"elapsed-time"` // since the state was entered
	State   string          `xml:"peer-state"`   // Established, Connect, Active, ...
	Rib     []BGPPeerRib    `xml:"bgp-rib"`      // only when Established
}

// BGPPeerRib counts the paths of one table that came from one peer.
type BGPPeerRib struct {
	Name     string `xml:"name"`
	Active   int    `xml:"active-prefix-count"`
	Received int    `xml:"received-prefix-count"`
	Accepted int    `xml:"accepted-prefix-count"`
	Damped   int    `xml:"suppressed-prefix-count"`
}

// Established is the BGP state in which routes flow (RFC 4271 section 8.2.2).
const Established = "Established"

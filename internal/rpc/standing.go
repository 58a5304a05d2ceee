package rpc

import (
	"encoding/xml"

	"oneswitch/internal/junos/withheld"
)

// Standing asks how things stand for a session: what its prompt shows, and what was
// said to its user. It is ours, for the shell, and does not count as something that
// the user does.
type Standing struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 standing"`
	Since   string   `xml:"since,omitempty"` // Last of the answer before; empty for the first
}

// Stands is the answer to Standing.
type Stands struct {
	XMLName    xml.Name `xml:"urn:oneswitch:fabric:1 stands"`
	HostName   string   `xml:"host-name"`
	Greeting   string   `xml:"greeting,omitempty"`    // system login announcement; in the first answer
	Modified   bool     `xml:"modified,omitempty"`    // the session's candidate holds changes that are not committed
	RollbackIn int      `xml:"rollback-in,omitempty"` // seconds until a commit goes back unless confirmed; 0: none waits
	Class      string   `xml:"class,omitempty"`       // another one for another login class; empty for one that is withheld nothing
	Last       string   `xml:"last"`
	Notices    []Notice `xml:"notice"`
}

// Notice is something said to the user of a session.
type Notice struct {
	From string `xml:"from"`
	At   string `xml:"at"` // 15:04 UTC
	Text string `xml:"text"`
}

// Withheld asks what the user's login class is not offered. Like Standing it is for the
// shell, and asked when Stands tells of another class.
type Withheld struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 withheld"`
}

// Withholds is the answer to Withheld.
type Withholds struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 withholds"`
	Class   string   `xml:"class,omitempty"` // as in Stands
	withheld.List
}

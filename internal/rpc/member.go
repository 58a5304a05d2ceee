package rpc

import (
	"encoding/xml"
	"net/netip"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

// PreparedTxn is the transaction that a member has voted yes for and waits to
// hear the decision of.
type PreparedTxn struct {
	Txn   string       `xml:"txn"`
	Stamp intent.Stamp `xml:"stamp"`
}

// Identity is who a component is and what it carries out: the reply to <identity/>.
type Identity struct {
	XMLName  xml.Name           `xml:"urn:oneswitch:fabric:1 identity"`
	Serial   inventory.MemberID `xml:"serial"`
	Name     string             `xml:"name"` // alias as last told, else serial
	Role     inventory.Role     `xml:"role"`
	Model    string             `xml:"model,omitempty"`
	Version  string             `xml:"version"`
	Address  netip.Addr         `xml:"address"`
	Started  int64              `xml:"started"` // Unix nanoseconds
	Epoch    uint64             `xml:"epoch"`   // highest seen
	Running  intent.Stamp       `xml:"running"`
	Prepared *PreparedTxn       `xml:"prepared,omitempty"`
	Left     *intent.Stamp      `xml:"left,omitempty"` // went back from it by itself, since nobody confirmed it
}

// IdentityRequest asks for the Identity.
type IdentityRequest struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 identity"`
}

// Prepare asks a member to make an intent durable and to promise to be able to
// carry it out (rule D1).
type Prepare struct {
	XMLName  xml.Name       `xml:"urn:oneswitch:fabric:1 prepare"`
	Txn      string         `xml:"txn"`
	Epoch    uint64         `xml:"epoch"`
	Revision uint64         `xml:"revision"`
	Hash     string         `xml:"hash"`
	Intent   *intent.Intent `xml:"intent"`
}

// Commit tells a member that a transaction is decided. With an intent it is whole
// in itself: a member that never prepared catches up by it. It is idempotent (D3).
type Commit struct {
	XMLName  xml.Name       `xml:"urn:oneswitch:fabric:1 commit"`
	Txn      string         `xml:"txn"`
	Epoch    uint64         `xml:"epoch"`
	Revision uint64         `xml:"revision"`
	Hash     string         `xml:"hash"`
	Within   int64          `xml:"confirm-within,omitempty"` // milliseconds; afterwards the member goes back by itself (D6); 0: for good
	Intent   *intent.Intent `xml:"intent,omitempty"`
}

// Abort tells a member to forget a transaction. It is idempotent (D3).
type Abort struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 abort"`
	Txn     string   `xml:"txn"`
	Epoch   uint64   `xml:"epoch"`
}

// TagNeedsIntent is the error-tag with which a member answers a commit of a
// transaction that it has not prepared and that carries no intent: the director
// sends it again with the intent.
const TagNeedsIntent = "data-missing"

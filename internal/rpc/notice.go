package rpc

import "encoding/xml"

// SessionNotices is what happened since this session asked last and its user should
// know: a commit that was taken back, a datastore that does not answer. Sent as an
// operation it asks; the answer has one line for each. It may be asked as often as one
// likes, also while somebody types: it counts as no sign of life.
type SessionNotices struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 session-notices"`
	Lines   []string `xml:"notice"`
}

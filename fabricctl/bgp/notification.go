package bgp

import (
	"fmt"
	"strings"
)

// Error codes of NOTIFICATION (RFC 4271 section 4.5, RFC 7313, RFC 9687).
const (
	CodeHeader   uint8 = 1
	CodeOpen     uint8 = 2
	CodeUpdate   uint8 = 3
	CodeHold     uint8 = 4
	CodeFSM      uint8 = 5
	CodeCease    uint8 = 6
	CodeRefresh  uint8 = 7
	CodeSendHold uint8 = 8
)

// Subcodes that we send or look at.
const (
	SubNotSynchronized uint8 = 1 // of CodeHeader
	SubBadLength       uint8 = 2
	SubBadType         uint8 = 3

	SubVersion       uint8 = 1 // of CodeOpen
	SubBadAS         uint8 = 2
	SubBadIdentifier uint8 = 3
	SubParameter     uint8 = 4
	SubHoldTime      uint8 = 6
	SubCapability    uint8 = 7

	SubAttributeList uint8 = 1 // of CodeUpdate
	SubOptional      uint8 = 9 // a defective optional attribute

	SubInOpenSent    uint8 = 1 // of CodeFSM (RFC 6608)
	SubInOpenConfirm uint8 = 2
	SubInEstablished uint8 = 3

	SubShutdown      uint8 = 2 // of CodeCease (RFC 4486, RFC 8538)
	SubReset         uint8 = 4
	SubRejected      uint8 = 5
	SubCollision     uint8 = 7
	SubResources     uint8 = 8
	SubHardReset     uint8 = 9
	SubBFDDown       uint8 = 10
	SubRefreshLength uint8 = 1 // of CodeRefresh
)

// Notification is a NOTIFICATION message and, as an error, the reason why a
// session ended: the codec's errors are what the neighbour is told.
type Notification struct {
	Code, Sub uint8
	Text      []byte // the data field
	Received  bool   // the neighbour sent it
}

// Error names code, subcode and direction.
func (n *Notification) Error() string {
	direction := "sent"
	if n.Received {
		direction = "received"
	}
	s := fmt.Sprintf("%s NOTIFICATION %s (%d/%d)", direction, n.name(), n.Code, n.Sub)
	if text := n.shutdownText(); text != "" {
		s += fmt.Sprintf(": %q", text)
	}
	return s
}

func (n *Notification) name() string {
	switch n.Code {
	case CodeHeader:
		return "message header error"
	case CodeOpen:
		return "OPEN message error"
	case CodeUpdate:
		return "UPDATE message error"
	case CodeHold:
		return "hold timer expired"
	case CodeFSM:
		return "state machine error"
	case CodeCease:
		return "cease"
	case CodeRefresh:
		return "ROUTE-REFRESH message error"
	case CodeSendHold:
		return "send hold timer expired"
	}
	return "of unknown code"
}

// shutdownText is the message for people in a Cease (RFC 9003): one byte of
// length, then UTF-8.
func (n *Notification) shutdownText() string {
	if n.Code != CodeCease || len(n.Text) < 2 || int(n.Text[0]) != len(n.Text)-1 {
		return ""
	}
	return strings.ToValidUTF8(string(n.Text[1:]), "?")
}

// Cease returns a Cease with a text for people (RFC 9003); at most 255 bytes of
// it are sent.
func Cease(sub uint8, text string) *Notification {
	text = text[:min(len(text), 255)]
	return &Notification{Code: CodeCease, Sub: sub, Text: append([]byte{byte(len(text))}, text...)}
}

// HardReset reports whether the session ended in a way that must flush routes in
// spite of graceful restart (RFC 8538 section 3.1).
func (n *Notification) HardReset() bool { return n.Code == CodeCease && n.Sub == SubHardReset }

// AppendNotification appends a NOTIFICATION message.
func AppendNotification(b []byte, n *Notification) []byte {
	start := len(b)
	b = append(AppendHeader(b, TypeNotification), n.Code, n.Sub)
	return EndMessage(append(b, n.Text[:min(len(n.Text), MaxStandard-HeaderLen-2)]...), start)
}

func parseNotification(body []byte) *Notification {
	return &Notification{Code: body[0], Sub: body[1], Text: append([]byte(nil), body[2:]...), Received: true}
}

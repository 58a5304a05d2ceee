package rpc

import (
	"context"
	"encoding/xml"

	"oneswitch/internal/syslog"
)

// LogRequest asks a component for the messages of its log from a number on.
type LogRequest struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 log"`
	Since   uint64   `xml:"since"`
}

// Log is the reply: the messages, and the number to ask for next.
type Log struct {
	XMLName  xml.Name         `xml:"urn:oneswitch:fabric:1 log"`
	Next     uint64           `xml:"next"`
	Messages []syslog.Message `xml:"message"`
}

// Log asks for the messages since a number.
func (c Component) Log(ctx context.Context, since uint64) (Log, error) {
	var out Log
	err := c.ask(ctx, LogRequest{Since: since}, &out)
	return out, err
}

package rpc

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"oneswitch/internal/netconf"
)

// ComponentRPC asks the director to relay one operation to a component and to
// return its reply: `request component login`.
type ComponentRPC struct {
	Component string // as the user names it
	RPC       []byte // the operation element
}

var (
	_ xml.Marshaler   = ComponentRPC{}
	_ xml.Unmarshaler = (*ComponentRPC)(nil)
)

// componentRPC is the wire form.
type componentRPC struct {
	XMLName   xml.Name `xml:"component-rpc"`
	Component string   `xml:"component"`
	Inner     []byte   `xml:",innerxml"`
}

// MarshalXML writes <component-rpc><component>Node0</component>...</component-rpc>.
func (c ComponentRPC) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(componentRPC{Component: c.Component, Inner: c.RPC}, xml.StartElement{Name: xml.Name{Local: "component-rpc"}})
}

// UnmarshalXML reads the same; there is exactly one operation.
func (c *ComponentRPC) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var wire componentRPC
	if err := d.DecodeElement(&wire, &start); err != nil {
		return err
	}
	op, err := onlyOperation(wire.Inner)
	if err != nil {
		return fmt.Errorf("component-rpc: %w", err)
	}
	*c = ComponentRPC{Component: wire.Component, RPC: op}
	return nil
}

// onlyOperation cuts the one element that is not <component> out of inner.
func onlyOperation(inner []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(inner))
	var op []byte
	for {
		from := d.InputOffset()
		t, err := d.Token()
		if err != nil { // the element around has been decoded, so this is its end
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if err := d.Skip(); err != nil {
			return nil, err
		}
		if start.Name.Local == "component" {
			continue
		}
		if op != nil {
			return nil, errors.New("more than one operation")
		}
		op = bytes.Clone(inner[from:d.InputOffset()])
	}
	if op == nil {
		return nil, errors.New("no operation")
	}
	return op, nil
}

// Relay is a Caller that wraps every operation in component-rpc, so that the
// director hands it to one component.
type Relay struct {
	Director  Caller
	Component string
}

var _ Caller = Relay{}

// Call sends op to the component by way of the director.
func (r Relay) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	wrapped, err := xml.Marshal(ComponentRPC{Component: r.Component, RPC: op})
	if err != nil {
		return netconf.Reply{}, fmt.Errorf("encode request to %s: %w", r.Component, err)
	}
	return r.Director.Call(ctx, wrapped)
}

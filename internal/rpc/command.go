package rpc

import "encoding/xml"

// Command carries an operational command as typed, pipes included.
type Command struct {
	XMLName xml.Name `xml:"command"`
	Format  string   `xml:"format,attr,omitempty"` // text (default of the server), xml, json, set
	Line    string   `xml:",chardata"`
}

// Output is the reply to a command in text.
type Output struct {
	XMLName xml.Name `xml:"output"`
	Text    string   `xml:",chardata"`
}

// Complete asks for live names that begin with a prefix.
type Complete struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 complete"`
	Source  string   `xml:"source"` // ports, members, vlans, ... as the schema's complete-from names it
	Prefix  string   `xml:"prefix"`
}

// Name is one possible completion.
type Name struct {
	Name string `xml:"name"`
	Help string `xml:"help,omitempty"`
}

// Completions is the reply to Complete.
type Completions struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 completions"`
	Names   []Name   `xml:"completion"`
}

// ComponentRPC asks the director to relay one operation to a component and to
// return its reply: `request component login`.
type ComponentRPC struct {
	XMLName   xml.Name `xml:"component-rpc"`
	Component string   `xml:"component"` // as the user names it
	RPC       RawXML   `xml:"-"`         // the operation element
}

// RawXML is a piece of XML that is carried as it stands.
type RawXML []byte

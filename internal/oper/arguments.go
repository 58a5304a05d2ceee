package oper

import (
	"encoding/xml"
	"fmt"
	"strings"

	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
)

// arguments reads the input of an RPC element against the schema. What the schema
// does not know is refused, never ignored (reliability.md A22).
func (r *Registry) arguments(op netconf.Operation) (Args, error) {
	if !known(op.Name.Space) {
		return nil, netconf.RPCError{Tag: "unknown-namespace", Message: "unknown namespace " + op.Name.Space, BadElement: op.Name.Local}
	}
	var element struct {
		Children []struct {
			XMLName xml.Name
			Text    string     `xml:",chardata"`
			Nested  []struct{} `xml:",any"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(op.XML, &element); err != nil {
		return nil, fmt.Errorf("decode %s: %w", op.Name.Local, err)
	}
	rpc := r.rpcs[op.Name.Local]
	var args Args
	given := make(map[string]bool)
	for _, child := range element.Children {
		name := child.XMLName.Local
		var leaf *schema.Node
		if rpc != nil {
			leaf = rpc.Argument(name)
		}
		switch {
		case leaf == nil || len(child.Nested) > 0 || !known(child.XMLName.Space):
			return nil, netconf.RPCError{Tag: "unknown-element", Message: "syntax error", BadElement: name}
		case given[name] && !leaf.Many():
			return nil, netconf.RPCError{Tag: "bad-element", Message: "argument is given twice", BadElement: name}
		}
		given[name] = true
		value := strings.TrimSpace(child.Text)
		if leaf.Kind() != schema.Empty {
			canonical, err := leaf.Canonical(value)
			if err != nil {
				return nil, netconf.RPCError{Tag: "invalid-value", Message: err.Error(), BadElement: name}
			}
			value = canonical
		} else if value != "" {
			return nil, netconf.RPCError{Tag: "invalid-value", Message: "syntax error", BadElement: name}
		}
		args = append(args, Arg{Name: name, Value: value})
	}
	if rpc != nil {
		for _, leaf := range rpc.Input {
			if leaf.Mandatory() && !given[leaf.Name()] {
				return nil, netconf.RPCError{Tag: "missing-element", Message: "missing argument.", BadElement: leaf.Name()}
			}
		}
	}
	return args, nil
}

// known tells whether operational RPCs may stand in a namespace: none, that of the
// protocol (clients put them there), Junos', that of our modules.
func known(space string) bool {
	return space == "" || space == netconf.Namespace ||
		strings.HasPrefix(space, "http://xml.juniper.net/") || strings.HasPrefix(space, "http://yang.juniper.net/") ||
		strings.HasPrefix(space, "urn:oneswitch:yang:")
}

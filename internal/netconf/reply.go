package netconf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// marshal writes the rpc-reply to a request with the given attributes (RFC 6241
// section 4.1: all of them come back).
func (r Reply) marshal(echo, declare []xml.Attr) []byte {
	var b bytes.Buffer
	b.WriteString(`<rpc-reply xmlns="` + Namespace + `"`)
	seen := map[string]bool{"xmlns": true}
	for _, a := range append(append([]xml.Attr(nil), declare...), echo...) {
		name := rawName(a.Name)
		if seen[name] {
			continue
		}
		seen[name] = true
		b.WriteString(" " + name + `="`)
		b.Write(escape(a.Value))
		b.WriteByte('"')
	}
	b.WriteString(">\n")
	for _, e := range r.Errors {
		b.Write(e.AppendXML(nil))
	}
	if len(r.Body) > 0 {
		b.Write(r.Body)
		if r.Body[len(r.Body)-1] != '\n' {
			b.WriteByte('\n')
		}
	}
	if r.OK && r.Err() == nil {
		b.WriteString("<ok/>\n")
	}
	b.WriteString("</rpc-reply>\n")
	return ascii(b.Bytes())
}

// join adds the reply to the next operation of one rpc.
func (r Reply) join(next Reply) Reply {
	r.Body = append(r.Body, next.Body...)
	r.Errors = append(r.Errors, next.Errors...)
	r.OK = r.OK || next.OK
	return r
}

// parseReply reads an rpc-reply, which has passed guard, and returns its
// message-id as well.
func parseReply(msg []byte) (Reply, string, error) {
	var r Reply
	w := &walker{d: xml.NewDecoder(bytes.NewReader(msg)), msg: msg}
	root, err := w.root()
	if err != nil {
		return r, "", err
	}
	if root.Name.Local != "rpc-reply" || !ours(root.Name.Space) {
		return r, "", fmt.Errorf("message is <%s> in the namespace %q, want an rpc-reply", root.Name.Local, root.Name.Space)
	}
	id := Operation{Attrs: root.Attr}.Attr("message-id")
	text := func(raw []byte) error {
		r.Body = append(r.Body, raw...)
		return nil
	}
	err = w.children(func(start xml.StartElement, raw []byte) error {
		top := ours(start.Name.Space)
		if top && start.Name.Local == "ok" {
			r.OK = true
			return nil
		}
		errs, err := nestedErrors(raw)
		r.Errors = append(r.Errors, errs...)
		if !top || start.Name.Local != "rpc-error" {
			r.Body = append(r.Body, raw...)
		}
		return err
	}, text)
	r.Body = bytes.TrimSpace(r.Body)
	return r, id, err
}

// nestedErrors returns the rpc-errors in an element, itself included.
func nestedErrors(raw []byte) ([]RPCError, error) {
	if !bytes.Contains(raw, []byte("rpc-error")) {
		return nil, nil
	}
	var out []RPCError
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decode rpc-error: %w", err)
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "rpc-error" {
			continue
		}
		var e RPCError
		if err := d.DecodeElement(&e, &start); err != nil {
			return nil, fmt.Errorf("decode rpc-error: %w", err)
		}
		out = append(out, e.trimmed())
	}
}

// trimmed drops the line ends that Junos puts around values.
func (e RPCError) trimmed() RPCError {
	for _, s := range []*string{&e.Type, &e.Tag, &e.Severity, &e.Source, &e.Path, &e.Message, &e.BadElement} {
		*s = string(bytes.TrimSpace([]byte(*s)))
	}
	return e
}

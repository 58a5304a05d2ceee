package netconf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// request is one rpc element.
type request struct {
	attrs []xml.Attr // as written, prefixes not resolved; echoed in the reply
	ops   []Operation
}

// parseRequest reads one rpc message. An error that is an RPCError can be answered
// on a session that goes on; after any other the session ends.
func parseRequest(msg []byte, lim Limits) (request, error) {
	var req request
	if err := guard(msg, lim); err != nil {
		return req, err
	}
	w := &walker{d: xml.NewDecoder(bytes.NewReader(msg)), msg: msg}
	root, err := w.root()
	if err != nil {
		return req, err
	}
	if root.Name.Local != "rpc" || !ours(root.Name.Space) {
		return req, fmt.Errorf("message is <%s> in the namespace %q, want an rpc", root.Name.Local, root.Name.Space)
	}
	if req.attrs, err = rawAttrs(msg[w.start:w.end]); err != nil {
		return req, err
	}
	err = w.children(func(start xml.StartElement, raw []byte) error {
		req.ops = append(req.ops, operation(start, raw, req.attrs))
		return nil
	}, noText)
	if err != nil {
		return req, err
	}
	return req, req.check()
}

// check finds what RFC 6241 sections 4.1 and 4.3 have an error for.
func (r request) check() error {
	for _, a := range r.attrs {
		if a.Name.Space == "" && a.Name.Local == "message-id" {
			if len(r.ops) == 0 {
				return RPCError{Tag: "missing-element", Message: "rpc holds no operation", BadElement: "rpc"}
			}
			return nil
		}
	}
	return RPCError{Type: "rpc", Tag: "missing-attribute", Message: "rpc has no message-id", BadElement: "rpc"}
}

func noText(text []byte) error {
	if len(bytes.TrimSpace(text)) > 0 {
		return fmt.Errorf("text %.20q between the elements of an rpc", text)
	}
	return nil
}

// operation makes raw whole in itself: what rpc declares and the element does not
// is declared on the element.
func operation(start xml.StartElement, raw []byte, outer []xml.Attr) Operation {
	op := Operation{Name: start.Name}
	own := map[string]bool{}
	for _, a := range start.Attr {
		if prefix, ok := declares(a); ok {
			own[prefix] = true
			continue
		}
		op.Attrs = append(op.Attrs, a)
	}
	nameEnd := bytes.IndexAny(raw, " \t\r\n/>")
	op.XML = append(op.XML, raw[:nameEnd]...)
	for _, a := range outer {
		prefix, ok := declares(a)
		if !ok || own[prefix] {
			continue
		}
		op.XML = append(op.XML, ' ')
		op.XML = append(op.XML, rawName(a.Name)...)
		op.XML = append(op.XML, `="`...)
		op.XML = append(op.XML, escape(a.Value)...)
		op.XML = append(op.XML, '"')
	}
	op.XML = append(op.XML, raw[nameEnd:]...)
	return op
}

// declares tells whether a declares a namespace, and for which prefix ("" is the
// default namespace). It takes both the raw and the resolved form.
func declares(a xml.Attr) (prefix string, ok bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// rawAttrs reads the attributes of a start tag as written.
func rawAttrs(tag []byte) ([]xml.Attr, error) {
	d := xml.NewDecoder(bytes.NewReader(tag))
	token, err := d.RawToken()
	if err != nil {
		return nil, fmt.Errorf("decode start tag: %w", err)
	}
	start, ok := token.(xml.StartElement)
	if !ok {
		return nil, errors.New("decode start tag: there is none")
	}
	return start.Copy().Attr, nil
}

// walker steps through the first two levels of a message and knows where in the
// message each element stands.
type walker struct {
	d          *xml.Decoder
	msg        []byte
	start, end int64 // octets of the token last read
}

func (w *walker) next() (xml.Token, error) {
	w.start = w.d.InputOffset()
	t, err := w.d.Token()
	w.end = w.d.InputOffset()
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("decode message: %w", err)
	}
	return t, err
}

// root returns the start of the one element of the message.
func (w *walker) root() (xml.StartElement, error) {
	for {
		t, err := w.next()
		if err != nil {
			return xml.StartElement{}, fmt.Errorf("message without an element: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t.Copy(), nil
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" && text != "\ufeff" {
				return xml.StartElement{}, fmt.Errorf("text %.20q before the first element", text)
			}
		}
	}
}

// children calls elem for each child of the element just entered, with its raw
// octets, and text for the character data between them, up to its end; then it
// makes sure that nothing but white space follows.
func (w *walker) children(elem func(xml.StartElement, []byte) error, text func([]byte) error) error {
	for {
		t, err := w.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			from, start := w.start, t.Copy()
			if err := w.d.Skip(); err != nil {
				return fmt.Errorf("decode message: %w", err)
			}
			err = elem(start, w.msg[from:w.d.InputOffset()])
		case xml.CharData:
			err = text(w.msg[w.start:w.end])
		case xml.EndElement:
			return w.tail()
		}
		if err != nil {
			return err
		}
	}
}

func (w *walker) tail() error {
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return fmt.Errorf("second element <%s> in one message", t.Name.Local)
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return fmt.Errorf("text %.20q after the last element", t)
			}
		}
	}
}

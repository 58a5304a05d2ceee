package netconf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	lim := Limits{Message: 4096, Depth: 4, Attributes: 3}
	for _, tc := range []struct {
		name string
		in   string
		ok   bool
	}{
		{"plain", `<a><b x="1" y='2' z="3"/></a>`, true},
		{"declaration", " \n<?xml version=\"1.0\"?><a/>", true},
		{"comment with markup", `<a><!-- <!DOCTYPE <? ?> --></a>`, true},
		{"cdata with markup", `<a><![CDATA[<!DOCTYPE x><?pi?>]]></a>`, true},
		{"markup in quotes", `<a x="&lt;!DOCTYPE" y=">====="/>`, true},
		{"doctype", `<!DOCTYPE a><a/>`, false},
		{"entity", `<a><!ENTITY x "y"></a>`, false},
		{"processing instruction", `<a><?php x?></a>`, false},
		{"second declaration", `<a/><?xml version="1.0"?>`, false},
		{"attributes", `<a b="" c="" d="" e=""/>`, false},
		{"depth at the limit", `<a><a><a><a><a/></a></a></a></a>`, true},
		{"depth", `<a><a><a><a><a></a></a></a></a></a>`, false},
		{"siblings are not depth", strings.Repeat(`<a></a>`, 50), true},
		{"size", `<a>` + strings.Repeat("x", 5000) + `</a>`, false},
	} {
		if err := guard([]byte(tc.in), lim); (err == nil) != tc.ok {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// A hostile message must be refused before a parser builds anything from it.
func TestGuardAllocatesNothing(t *testing.T) {
	bomb := []byte("<rpc" + strings.Repeat(` a=""`, 1<<20) + "/>")
	deep := []byte(strings.Repeat("<a>", 1<<20))
	for _, msg := range [][]byte{bomb, deep} {
		allocs := testing.AllocsPerRun(3, func() {
			if err := guard(msg, DefaultLimits()); !errors.Is(err, ErrForbidden) {
				t.Fatal(err)
			}
		})
		if allocs > 10 {
			t.Errorf("%.0f allocations", allocs)
		}
	}
}

func TestASCII(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain\t\r\n":    "plain\t\r\n",
		"Zürich 東 😀":     "Z&#252;rich &#26481; &#128512;",
		"bad \xff\xc3":   "bad &#65533;&#65533;",
		"esc \x1b \x00":  "esc &#65533; &#65533;",
		"\ufffe \uffff.": "&#65533; &#65533;.",
	} {
		if got := string(ascii([]byte(in))); got != want {
			t.Errorf("ascii(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseRequest(t *testing.T) {
	t.Parallel()
	req, err := parseRequest([]byte(`<?xml version="1.0" encoding="UTF-8"?>
<nc:rpc xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:x="urn:x" x:trace="a&amp;b" message-id="7">
 <nc:get-config x:y="z"><nc:source/></nc:get-config><get-vlan-information xmlns="" format="text"/>
</nc:rpc>
`), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if len(req.ops) != 2 {
		t.Fatalf("%d operations", len(req.ops))
	}
	first, second := req.ops[0], req.ops[1]
	want := `<nc:get-config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:x="urn:x" x:y="z"><nc:source/></nc:get-config>`
	if string(first.XML) != want || first.Name != (xml.Name{Space: Namespace, Local: "get-config"}) {
		t.Errorf("first operation %v %s, want %s", first.Name, first.XML, want)
	}
	if second.Attr("format") != "text" || second.Name.Space != "" {
		t.Errorf("second operation %+v", second)
	}
	reply := string(Reply{OK: true}.marshal(req.attrs, []xml.Attr{{Name: xml.Name{Space: "xmlns", Local: "junos"}, Value: "urn:j"}}))
	for _, part := range []string{`xmlns="` + Namespace + `"`, `xmlns:junos="urn:j"`, `xmlns:x="urn:x"`, `x:trace="a&amp;b"`, `message-id="7"`, "<ok/>"} {
		if !strings.Contains(reply, part) {
			t.Errorf("reply lacks %s: %s", part, reply)
		}
	}
}

func TestParseRequestRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in  string
		tag string // of the answer; empty: the session ends
	}{
		"empty":              {"", ""},
		"text":               {"hello", ""},
		"not rpc":            {"<hello/>", ""},
		"foreign namespace":  {`<rpc xmlns="urn:x" message-id="1"><a/></rpc>`, ""},
		"cut":                {`<rpc message-id="1"><a>`, ""},
		"crossed":            {`<rpc message-id="1"><a></b></rpc>`, ""},
		"two messages":       {`<rpc message-id="1"><a/></rpc><rpc/>`, ""},
		"text behind":        {`<rpc message-id="1"><a/></rpc>x`, ""},
		"text inside":        {`<rpc message-id="1">x<a/></rpc>`, ""},
		"doctype":            {`<!DOCTYPE rpc><rpc message-id="1"><a/></rpc>`, ""},
		"unknown entity":     {`<rpc message-id="1"><a>&x;</a></rpc>`, ""},
		"latin1":             {`<?xml version="1.0" encoding="ISO-8859-1"?><rpc message-id="1"><a/></rpc>`, ""},
		"bad UTF-8":          {"<rpc message-id=\"1\"><a>\xff</a></rpc>", ""},
		"without message-id": {`<rpc><a/></rpc>`, "missing-attribute"},
		"without operation":  {`<rpc message-id="1"/>`, "missing-element"},
	} {
		_, err := parseRequest([]byte(tc.in), DefaultLimits())
		answer, answered := errors.AsType[RPCError](err)
		if err == nil || answered != (tc.tag != "") || answer.Tag != tc.tag {
			t.Errorf("%s: %v, tag %q", name, err, answer.Tag)
		}
	}
}

// FuzzRequest: whatever arrives, the operations that come out are whole elements
// within the limits.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`<rpc message-id="1" xmlns="u" xmlns:a="b"><a:get a:x="1"/><close-session/></rpc>`))
	f.Add([]byte(`<rpc message-id="&#x31;"><a/><!-- c --></rpc>`))
	f.Fuzz(func(t *testing.T, in []byte) {
		req, err := parseRequest(in, Limits{Message: 4096, Depth: 8, Attributes: 8})
		if err != nil {
			return
		}
		for _, op := range req.ops {
			if err := wellFormed(op.XML); err != nil {
				t.Fatalf("%q gave the operation %q: %v", in, op.XML, err)
			}
		}
		reply := Reply{OK: true, Errors: []RPCError{Warningf("w")}}.marshal(req.attrs, nil)
		if err := wellFormed(reply); err != nil {
			t.Fatalf("%q is answered with %q: %v", in, reply, err)
		}
		if _, _, err := parseReply(reply); err != nil {
			t.Fatalf("%q is answered with %q: %v", in, reply, err)
		}
	})
}

func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if depth != 0 {
				return fmt.Errorf("depth %d at the end", depth)
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

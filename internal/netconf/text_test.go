package netconf

import (
	"strings"
	"testing"
)

// TestText: the text that is taken as it stands is the one that a parser finds.
func TestText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ body, want string }{
		{"", ""},
		{"plain { &quot;text&quot;: 1 }", `plain { "text": 1 }`},
		{"<output>\na &lt;b&gt; &amp;amp; &apos;c&apos;\n</output>", "\na <b> &amp; 'c'\n"},
		{"<output>Z&#252;rich &#x20AC; &#10;</output>", "Z\u00fcrich \u20ac \n"},
		{`<a x="1 > 0"><b>one</b>two<c/></a>three`, "onetwothree"},
		{"<output>a<!-- & -->b<![CDATA[<c>]]></output>", "ab<c>"},
		{"<output>one\r\ntwo</output>", "one\ntwo"},
	} {
		got, err := Reply{Body: []byte(tc.body)}.Text()
		parsed, perr := Reply{Body: []byte(tc.body)}.parsedText()
		if err != nil || perr != nil || got != tc.want || got != parsed {
			t.Errorf("%q: %q, %v; parsed %q, %v", tc.body, got, err, parsed, perr)
		}
	}
	for _, bad := range []string{"a &nbsp; b", "a & b", "&#0;", "&;", "&x26;"} {
		if got, err := (Reply{Body: []byte(bad)}).Text(); err == nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

// BenchmarkText reads what `?` over all ports and `show` commands get.
func BenchmarkText(b *testing.B) {
	line := strings.Repeat("x", 11) + ":xe-0/0/47\tUp, 10 Gbps\n"
	r := Reply{Body: []byte("<output>" + strings.Repeat(line, 6144) + "</output>")}
	for b.Loop() {
		if text, err := r.Text(); err != nil || len(text) != 6144*len(line) {
			b.Fatal(len(text), err)
		}
	}
}

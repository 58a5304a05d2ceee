package report_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/report"
)

type vlan struct {
	Name string `xml:"vlan-name"`
	Tag  int    `xml:"vlan-tag"`
}

type vlans struct {
	XMLName xml.Name        `xml:"vlan-information"`
	Style   string          `xml:"junos:style,attr"`
	Up      report.Quantity `xml:"up-time"`
	VLANs   []vlan          `xml:"vlan"`
	Flag    *struct{}       `xml:"flag,omitempty"`
}

func (v vlans) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Name", Width: 8}, {Title: "Tag", Right: true}, {Title: "Note"}}}
	for _, v := range v.VLANs {
		t.Rows = append(t.Rows, []string{v.Name, strings.Repeat("1", v.Tag), ""})
	}
	w.Table(t)
}

func sample() vlans {
	return vlans{
		Style: "brief", Up: report.Quantity{Seconds: 62, Text: "1:02"},
		VLANs: []vlan{{"default", 1}, {"v10\x1b[2J", 5}}, Flag: &struct{}{},
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	wantText := "Name         Tag Note\ndefault        1\nv10\\x1b[2J 11111\n"
	if diff := cmp.Diff(wantText, report.Text(sample())); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	gotXML, err := report.XML(sample())
	if err != nil {
		t.Fatal(err)
	}
	wantXML := `<vlan-information junos:style="brief">
    <up-time junos:seconds="62">1:02</up-time>
    <vlan>
        <vlan-name>default</vlan-name>
        <vlan-tag>1</vlan-tag>
    </vlan>
    <vlan>
        <vlan-name>v10` + "\uFFFD" + `[2J</vlan-name>
        <vlan-tag>5</vlan-tag>
    </vlan>
    <flag></flag>
</vlan-information>
`
	if diff := cmp.Diff(wantXML, string(gotXML)); diff != "" {
		t.Errorf("xml (-want +got):\n%s", diff)
	}
	gotJSON, err := report.JSON(sample())
	if err != nil {
		t.Fatal(err)
	}
	var compact strings.Builder
	for line := range strings.SplitSeq(string(gotJSON), "\n") {
		compact.WriteString(strings.TrimSpace(line))
	}
	wantJSON := `{"vlan-information": [{"attributes": {"junos:style": "brief"},` +
		`"up-time": [{"attributes": {"junos:seconds": "62"},"data": "1:02"}],` +
		`"vlan": [{"vlan-name": [{"data": "default"}],"vlan-tag": [{"data": "1"}]},` +
		`{"vlan-name": [{"data": "v10` + "\uFFFD" + `[2J"}],"vlan-tag": [{"data": "5"}]}],` +
		`"flag": [{"data": null}]}]}`
	if diff := cmp.Diff(wantJSON, compact.String()); diff != "" {
		t.Errorf("json (-want +got):\n%s", diff)
	}
}

func TestMultiComponent(t *testing.T) {
	t.Parallel()
	m := report.MultiComponent{Parts: []report.Part{
		{Name: "Node0", Report: vlans{VLANs: []vlan{{"v10", 2}}}},
		{Name: "Node1", Report: report.Message{Line: "error: no answer from Node1"}},
	}}
	rule := strings.Repeat("-", 74)
	want := "Node0:\n" + rule + "\nName     Tag Note\nv10       11\n\nNode1:\n" + rule + "\nerror: no answer from Node1\n"
	if diff := cmp.Diff(want, report.Text(m)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	got, err := report.XML(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"<multi-routing-engine-results>", "<re-name>Node0</re-name>", "<vlan-name>v10</vlan-name>", "<output>error: no answer from Node1</output>"} {
		if !strings.Contains(string(got), part) {
			t.Errorf("xml lacks %s:\n%s", part, got)
		}
	}
	if _, err := report.JSON(m); err != nil {
		t.Error(err)
	}
}

func TestStamps(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		d                  time.Duration
		duration, age, ago string
	}{
		{-time.Second, "0", "00:00:00", "00:00:00 ago"},
		{12 * time.Second, "12", "00:00:12", "00:00:12 ago"},
		{12*time.Minute + 3*time.Second, "12:03", "00:12:03", "00:12:03 ago"},
		{6*time.Hour + 43*time.Minute + 58*time.Second, "6:43:58", "06:43:58", "06:43:58 ago"},
		{78*time.Hour + 43*time.Minute + 58*time.Second, "3d 6:43:58", "3d 06:43:58", "3d 06:43 ago"},
		{(10*24+15)*time.Hour + 28*time.Minute, "1w3d 15:28:00", "1w3d 15:28:00", "1w3d 15:28 ago"},
		{7 * 24 * time.Hour, "1w0d 0:00:00", "1w0d 00:00:00", "1w0d 00:00 ago"},
	} {
		if got := report.Duration(tc.d); got != tc.duration {
			t.Errorf("Duration(%v) = %q, want %q", tc.d, got, tc.duration)
		}
		if got := report.Age(tc.d); got != tc.age {
			t.Errorf("Age(%v) = %q, want %q", tc.d, got, tc.age)
		}
		if got := report.Ago(tc.d); got != tc.ago {
			t.Errorf("Ago(%v) = %q, want %q", tc.d, got, tc.ago)
		}
	}
	pdt := time.FixedZone("PDT", -7*3600)
	if got := report.At(time.Date(2012, 8, 25, 9, 52, 8, 0, pdt)); got != (report.Quantity{Seconds: 1345913528, Text: "2012-08-25 09:52:08 PDT"}) {
		t.Errorf("At = %+v", got)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain ü 東":      "plain ü 東",
		"a\tb\r\n":       `a\x09b\x0d\x0a`,
		"\x1b]0;x\a":     `\x1b]0;x\x07`,
		"evil\u202etxt":  `evil\u202etxt`,
		"bad\xff\xfe":    `bad\xff\xfe`,
		"true\uFFFDrune": "true\uFFFDrune",
		"\U000e0001tag":  `\U000e0001tag`,
		"\u009b31m":      `\x9b31m`,
	} {
		if got := report.Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPipes(t *testing.T) {
	t.Parallel()
	const text = "Name Tag\nv10  10\nV20  20\n\nend\n"
	for _, tc := range []struct {
		name  string
		pipes []report.Pipe
		want  report.Piped
		bad   string
	}{
		{"none", nil, report.Piped{Text: text}, ""},
		{"match minds no case", []report.Pipe{{"match", []string{"v[12]0"}}}, report.Piped{Text: "v10  10\nV20  20\n"}, ""},
		{"except", []report.Pipe{{"except", []string{"V"}}}, report.Piped{Text: "Name Tag\n\nend\n"}, ""},
		{"words are one pattern", []report.Pipe{{"match", []string{"name", "tag"}}}, report.Piped{Text: "Name Tag\n"}, ""},
		{"find", []report.Pipe{{"find", []string{"20$"}}}, report.Piped{Text: "V20  20\n\nend\n"}, ""},
		{"find nothing", []report.Pipe{{"find", []string{"xyz"}}}, report.Piped{Text: "Pattern not found\n"}, ""},
		{"count", []report.Pipe{{"count", nil}}, report.Piped{Text: "Count: 5 lines\n"}, ""},
		{"match and count", []report.Pipe{{"match", []string{"v"}}, {"count", nil}}, report.Piped{Text: "Count: 2 lines\n"}, ""},
		{"last", []report.Pipe{{"last", []string{"2"}}}, report.Piped{Text: "\nend\n"}, ""},
		{"no more", []report.Pipe{{"no-more", nil}, {"last", []string{"1"}}}, report.Piped{Text: "end\n", NoMore: true}, ""},
		{"save", []report.Pipe{{"save", []string{"f"}}}, report.Piped{}, "save is a command of the shell"},
		{"no pattern", []report.Pipe{{"match", nil}}, report.Piped{}, "needs a pattern"},
		{"bad pattern", []report.Pipe{{"match", []string{"("}}}, report.Piped{}, "parentheses not balanced"},
		{"huge pattern", []report.Pipe{{"match", []string{strings.Repeat("a", 2000)}}}, report.Piped{}, "at most 1024"},
		{"bad last", []report.Pipe{{"last", []string{"x"}}}, report.Piped{}, "number of lines"},
		{"unknown", []report.Pipe{{"sort", nil}}, report.Piped{}, "unknown pipe"},
	} {
		got, err := report.Run(text, tc.pipes)
		switch {
		case tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)):
			t.Errorf("%s: error %v, want one with %q", tc.name, err, tc.bad)
		case tc.bad == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case got != tc.want:
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
	if got, _ := report.Run("", []report.Pipe{{"count", nil}}); got.Text != "Count: 0 lines\n" {
		t.Errorf("count of nothing = %q", got.Text)
	}
}

func FuzzJSONFromXML(f *testing.F) {
	f.Add([]byte(`<a x="1"><b>t</b><b/><c><!-- c -->&amp;</c></a>`))
	f.Add([]byte(`<a><b></a></b>`))
	f.Add([]byte(`<?xml version="1.0"?><a:b xmlns:a="u"/>tail`))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := report.JSONFromXML(b)
		if err == nil && !json.Valid(out) {
			t.Fatalf("%q gave no JSON: %q", b, out)
		}
		laid, err := report.Indent(b)
		if err != nil {
			return
		}
		again, err := report.Indent(laid)
		if err != nil || string(again) != string(laid) {
			t.Fatalf("layout of %q is not stable: %q then %q (%v)", b, laid, again, err)
		}
	})
}

package ops

import (
	"bytes"
	"context"
	"encoding/xml"
	"slices"
	"strings"
	"sync"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// request builds the operation that asks a member for the same command.
func request(name string, args oper.Args) []byte {
	return oper.Element(oper.Call{RPC: name, Args: args})
}

// part is the answer of one member, decoded.
type part[T any] struct {
	Member inventory.Member
	Report T
}

// ask puts one operation to members at once and decodes what they say. Who does
// not answer, or not in the form that is expected, stands in missing as the line
// that says so. A member that has not got what was asked for has answered: nothing.
func ask[T any](ctx context.Context, o *Operations, members []inventory.Member, op []byte) (parts []part[T], missing []string) {
	ids := make([]inventory.MemberID, 0, len(members))
	byID := make(map[inventory.MemberID]inventory.Member, len(members))
	for _, m := range members {
		ids = append(ids, m.ID)
		byID[m.ID] = m
	}
	for _, a := range o.fabric.Ask(ctx, ids, op, Deadline) {
		p := part[T]{Member: byID[a.Member]}
		switch empty := len(bytes.TrimSpace(a.Reply)) == 0; {
		case strings.HasSuffix(a.Refusal, "not found"):
			continue
		case a.Refusal != "":
			missing = append(missing, p.Member.Name()+": "+a.Refusal)
			continue
		case a.Err != nil, !empty && xml.Unmarshal(a.Reply, &p.Report) != nil:
			missing = append(missing, silent(p.Member))
			continue
		}
		parts = append(parts, p)
	}
	return parts, missing
}

// silent is the line about a member that does not answer.
func silent(m inventory.Member) string { return "no answer from " + m.Name() }

// incomplete is a joined report and the lines about those who did not answer.
type incomplete struct {
	report.Report
	Missing []string
}

// withMissing adds the lines about who did not answer, if there are any.
func withMissing(r report.Report, missing []string) report.Report {
	if len(missing) == 0 {
		return r
	}
	return incomplete{r, missing}
}

// Text prints the report, then a line for each member that did not answer.
func (i incomplete) Text(w *report.Writer) {
	i.Report.Text(w)
	for _, line := range i.Missing {
		w.Line(line)
	}
}

// MarshalXML writes the report's own element with one more child for each member
// that did not answer, so that a program that reads the rows is not disturbed.
func (i incomplete) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	b, err := xml.Marshal(i.Report)
	if err != nil {
		return err
	}
	el, err := readElement(b)
	if err != nil {
		return err
	}
	extra, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"fabric-no-answer"`
		Lines   []string `xml:"message"`
	}{Lines: i.Missing})
	if err != nil {
		return err
	}
	el.Inner = append(el.Inner, extra...)
	return e.Encode(el)
}

// relayed is the answer of a component as it came, in text and in XML.
type relayed struct {
	XML   []byte
	Lines string
}

// Text prints what the component printed.
func (r relayed) Text(w *report.Writer) {
	for line := range bytes.Lines([]byte(r.Lines)) {
		w.Line(string(bytes.TrimRight(line, "\n")))
	}
}

// MarshalXML writes the component's own element.
func (r relayed) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	el, err := readElement(r.XML)
	if err != nil {
		return err
	}
	return e.Encode(el)
}

// rawElement is an element whose content is carried as it stands.
type rawElement struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Inner   []byte     `xml:",innerxml"`
}

// readElement takes an element apart. Its namespaces go: Junos elements have none
// of their own inside a reply of ours, and a prefix has lost its declaration here.
func readElement(b []byte) (rawElement, error) {
	var el rawElement
	if err := xml.Unmarshal(b, &el); err != nil {
		return el, err
	}
	el.XMLName.Space = ""
	el.Attrs = slices.DeleteFunc(el.Attrs, func(a xml.Attr) bool { return a.Name.Space != "" || a.Name.Local == "xmlns" })
	return el, nil
}

// perComponent asks components for a command and shows their answers one after the
// other under their names (QF-REF 3.1). The answers stay as the components gave
// them, in text and as elements, so that a screen looks the same there and here.
func (o *Operations) perComponent(ctx context.Context, c oper.Call, members []inventory.Member) (report.Report, error) {
	op := request(c.RPC, c.Args)
	text := bytes.Replace(op, []byte("<"+c.RPC), []byte("<"+c.RPC+` format="text"`), 1)
	ids := make([]inventory.MemberID, 0, len(members))
	for _, m := range members {
		ids = append(ids, m.ID)
	}
	var lines, elements []Answer
	var asking sync.WaitGroup
	asking.Go(func() { lines = o.fabric.Ask(ctx, ids, text, Deadline) })
	asking.Go(func() { elements = o.fabric.Ask(ctx, ids, op, Deadline) })
	asking.Wait()
	var out report.MultiComponent
	for i, m := range members {
		out.Parts = append(out.Parts, report.Part{Name: m.Name(), Report: joined(m, lines[i], elements[i])})
	}
	return out, nil
}

// joined is what a component answered in both forms, or the line that says why
// there is nothing.
func joined(m inventory.Member, lines, element Answer) report.Report {
	if lines.Refusal != "" {
		return report.Message{Line: "error: " + lines.Refusal}
	}
	var output struct {
		Text string `xml:",chardata"`
	}
	if lines.Err != nil || element.Err != nil || xml.Unmarshal(lines.Reply, &output) != nil {
		return report.Message{Line: silent(m)}
	}
	return relayed{XML: element.Reply, Lines: output.Text}
}

// roles picks members by role, in order of role and name.
func (v View) roles(roles ...inventory.Role) []inventory.Member {
	var out []inventory.Member
	for _, m := range v.Members.Members() {
		if slices.Contains(roles, m.Role) {
			out = append(out, m)
		}
	}
	return out
}

// perControl asks both fabric controls: together they hold every route.
func (o *Operations) perControl(ctx context.Context, c oper.Call) (report.Report, error) {
	return o.perComponent(ctx, c, o.fabric.View().roles(inventory.RoleFabricControl))
}

// routes is `show route fabric`: the routes of both fabric controls, with the labels
// of devices, which the inventory knows.
func (o *Operations) routes(ctx context.Context, c oper.Call) (report.Report, error) {
	if name := c.Args.Value("table"); name != "" && !slices.Contains(tables(), name) {
		return nil, notFound("table", name, tables())
	}
	v := o.fabric.View()
	labels := map[string]inventory.Label{}
	for _, m := range v.Members.Members() {
		if m.Device != 0 {
			labels[m.Address.String()] = inventory.NodeLabel(m.Device)
		}
	}
	var out report.MultiComponent
	for _, m := range v.roles(inventory.RoleFabricControl) {
		parts, missing := ask[screen.Routes](ctx, o, []inventory.Member{m}, request(c.RPC, c.Args))
		for _, p := range parts {
			for i := range p.Report.Table {
				p.Report.Table[i].Top(labels)
			}
			out.Parts = append(out.Parts, report.Part{Name: m.Name(), Report: p.Report})
		}
		for _, line := range missing {
			out.Parts = append(out.Parts, report.Part{Name: m.Name(), Report: report.Message{Line: line}})
		}
	}
	return out, nil
}

// tables are the routing tables of fabric control (QF-REF 1.9).
func tables() []string { return []string{"bgp.bridgevpn.0", "bgp.fabricvpn.0", "bgp.rtarget.0"} }

// perMember asks nodes and interconnects for what each has of its own.
func (o *Operations) perMember(ctx context.Context, c oper.Call) (report.Report, error) {
	return o.perComponent(ctx, c, o.fabric.View().roles(inventory.RoleNode, inventory.RoleInterconnect))
}

package oper

import (
	"bytes"
	"encoding/xml"
	"slices"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
)

// form is the shape in which an answer is wanted.
type form struct {
	format  report.Format
	onlyRPC bool          // display xml rpc: the RPC of the command, not its answer
	pipes   []report.Pipe // that work on the text
}

// take sorts pipes into those that choose the form and those that work on text.
func (f *form) take(pipes []command.Pipe) error {
	for _, p := range pipes {
		switch p.Verb {
		case "display":
			if len(p.Args) == 0 {
				return netconf.Errorf("missing argument.")
			}
			f.format = report.Format(p.Args[0])
			f.onlyRPC = slices.Equal(p.Args, []string{"xml", "rpc"})
		case "save":
			// The file belongs to the user's shell; there is none here.
			return netconf.RPCError{Tag: "operation-not-supported", Message: "save is a command of the shell", BadElement: "save"}
		default:
			f.pipes = append(f.pipes, report.Pipe(p))
		}
	}
	return f.check()
}

// check refuses what no report has.
func (f *form) check() error {
	switch f.format {
	case report.FormatText, report.FormatXML, report.FormatJSON:
		return nil
	}
	return netconf.RPCError{Tag: "invalid-value", Message: "invalid output format", BadElement: string(f.format)}
}

// reply renders a report. Nothing to say is an empty rpc-reply (northbound.md 3.1).
func (f *form) reply(rep report.Report) netconf.Reply {
	if rep == nil {
		return netconf.Reply{}
	}
	var body []byte
	var err error
	switch f.format {
	case report.FormatXML:
		body, err = report.XML(rep)
	case report.FormatJSON:
		body, err = report.JSON(rep)
	default:
		body = []byte(report.Text(rep))
	}
	if err != nil {
		return netconf.Fail(err)
	}
	return f.render(body)
}

// render puts a rendered answer into a reply. JSON stands there as text: the
// encoder has escaped what XML would mind. What went through pipes is text again.
func (f *form) render(body []byte) netconf.Reply {
	if f.format != report.FormatText && len(f.pipes) == 0 {
		return netconf.Reply{Body: body}
	}
	out, err := report.Run(string(body), f.pipes)
	if err != nil {
		return netconf.Fail(err)
	}
	return netconf.Reply{Body: netconf.TextElement("output", out.Text)}
}

// Element returns the RPC element of a call, as `| display xml rpc` shows it and as
// a shell sends it.
func Element(c Call) []byte {
	var b bytes.Buffer
	e := xml.NewEncoder(&b)
	start := xml.StartElement{Name: xml.Name{Local: c.RPC}}
	// Names come from the schema and the buffer does not fail, so neither does this.
	_ = e.EncodeToken(start)
	for _, a := range c.Args {
		_ = e.EncodeElement(a.Value, xml.StartElement{Name: xml.Name{Local: a.Name}})
	}
	_ = e.EncodeToken(start.End())
	_ = e.Close()
	return b.Bytes()
}

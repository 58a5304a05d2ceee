package cli

import (
	"errors"
	"fmt"
	"strings"

	"oneswitch/cli/pager"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// dress makes of an answer what the user sees: XML in the element that NETCONF
// would put around it, everything ending in a line feed.
func (s *shell) dress(answer, form string) string {
	if form == pipe.XML || form == pipe.RPC {
		answer = s.framed(answer)
	}
	if answer != "" && !strings.HasSuffix(answer, "\n") {
		answer += "\n"
	}
	return answer
}

// framed puts an answer into the rpc-reply that Junos shows, which ends with the
// banner above the prompt.
func (s *shell) framed(answer string) string {
	open, end := `<rpc-reply xmlns:junos="`+rpc.JunosNamespace+`">`, "</rpc-reply>"
	laid, err := report.Indent([]byte(open + answer + end))
	if err != nil {
		return answer
	}
	banner := ""
	if s.editing {
		banner = s.level.Banner()
	}
	body := strings.TrimSuffix(string(laid), end+"\n")
	if answer == "" {
		body = open + "\n" // what Indent writes as one empty element
	}
	return body + "    <cli>\n        <banner>" + banner + "</banner>\n    </cli>\n" + end + "\n"
}

// show prints an answer through the pipes.
func (s *shell) show(text string, plan pipe.Plan) {
	desk := pipe.Desk{Write: s.files.Write, Resolve: pipe.Resolve, Rows: s.rows()}
	out, err := pipe.Run(text, plan.Stages, desk)
	if err != nil {
		s.fail(err)
		return
	}
	o := pager.Options{Rows: s.rows(), Hold: out.Hold, Save: s.keepPage}
	if out.NoMore || plan.Refresh > 0 { // nobody sits at the pager of a screen that refreshes itself
		o = pager.Options{}
	}
	s.out.Show(out.Text, o)
	s.out.Print(out.After)
}

// failIn shows an error in the form that the answer was asked for, so that a program
// which reads XML or JSON finds one where it looks.
func (s *shell) failIn(err error, plan pipe.Plan) {
	if plan.Form != pipe.XML && plan.Form != pipe.JSON || errors.Is(err, errInterrupted) || s.ended {
		s.fail(err)
		return
	}
	s.failed = true
	body := errorElements(err)
	text := s.dress(body, plan.Form)
	if plan.Form == pipe.JSON {
		if b, convErr := report.JSONFromXML([]byte(body)); convErr == nil {
			text = strings.ReplaceAll(string(b), `"xnm:error"`, `"error"`)
		}
	}
	s.show(text, plan)
}

// errorElements writes an error, which may hold several, as the elements that Junos
// has for errors outside of NETCONF.
func errorElements(err error) string {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var b strings.Builder
		for _, e := range many.Unwrap() {
			b.WriteString(errorElements(e))
		}
		return b.String()
	}
	e, ok := err.(netconf.RPCError)
	if !ok {
		e = netconf.Errorf("%s", err)
	}
	const space = "http://xml.juniper.net/xnm/1.1/xnm"
	out := `<xnm:error xmlns="` + space + `" xmlns:xnm="` + space + `">`
	for _, field := range [][2]string{{"edit-path", e.Path}, {"token", e.BadElement}, {"message", strings.TrimSpace(e.Message)}} {
		if field[1] != "" {
			out += string(netconf.TextElement(field[0], field[1]))
		}
	}
	return out + "</xnm:error>"
}

// compared is what a configuration, in text, has more and less than a base that the
// server does not compare with: a file or the rescue configuration. The shell knows
// the language, so it reads both.
func (s *shell) compared(text string, base pipe.Base, at conf.Path) (string, error) {
	name := base.File
	old, err := "", error(nil)
	if base.Rescue {
		name = "rescue configuration"
		old, err = s.rescue()
	} else {
		old, err = s.files.Read(base.File)
	}
	if err != nil {
		return "", err
	}
	before, err := s.parsed(old)
	if err != nil {
		return "", fmt.Errorf("compare with %s: %w", name, err)
	}
	after, err := s.parsed(text)
	if err != nil {
		return "", fmt.Errorf("compare: %w", err)
	}
	return conf.Compare(before, after, at), nil
}

// parsed reads a configuration in text form or as set commands.
func (s *shell) parsed(text string) (conf.Tree, error) {
	req := conf.Request{Action: conf.LoadOverride, Format: conf.Text, Source: []byte(text)}
	if isLines(text) {
		req.Action, req.Format = conf.LoadSet, conf.Lines
	}
	tree, problems := conf.New(s.schema).Load(req)
	for _, p := range problems {
		if p.Severity == conf.Error {
			return tree, fmt.Errorf("line %d: %s", p.Pos.Line, p.Text)
		}
	}
	return tree, nil
}

// isLines reports whether a configuration is written as set commands: its first line
// that is no comment is one.
func isLines(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			return strings.HasPrefix(line, "set ")
		}
	}
	return false
}

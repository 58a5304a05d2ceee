package northbound

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// rpcGetConfiguration is the rpc behind `show configuration`. It alone is answered
// here and not by the registry, since the configuration has forms of its own.
const rpcGetConfiguration = "get-configuration"

// rpcRollbackInformation is the rpc behind `show system rollback`.
const rpcRollbackInformation = "get-rollback-information"

// register gives the registry what belongs to the configuration, so that its own
// check finds every command of the schema served.
func (f *Face) register() {
	f.cfg.Registry.Register(rpcGetConfiguration, func(ctx context.Context, c oper.Call) (report.Report, error) {
		tree, _ := f.cfg.Database.Active()
		text, err := printTree(f.cfg.Class(c.Peer).Visible(tree), nil, conf.Style{Format: conf.Text})
		return report.Message{Line: text}, err
	})
	for name, h := range map[string]oper.Handler{
		rpcRollbackInformation:                f.rollbackInformation,
		"get-rescue-information":              f.rescueInformation,
		"request-save-rescue-configuration":   f.saveRescue,
		"request-delete-rescue-configuration": f.deleteRescue,
		"clear-system-commit":                 f.clearCommit,
		"request-message":                     f.sendMessage,
		"get-authorization-information":       f.authorization,
	} {
		f.cfg.Registry.Register(name, h)
	}
}

// configurationText is a configuration as a report, with who committed it where that
// was asked for.
type configurationText struct {
	XMLName  xml.Name         `xml:"rollback-information"`
	Revision uint64           `xml:"revision,omitempty"`
	User     string           `xml:"user,omitempty"`
	Client   string           `xml:"client,omitempty"`
	At       *report.Quantity `xml:"date-time"`
	Log      string           `xml:"log,omitempty"`
	Output   string           `xml:"configuration-information>configuration-output"`
}

// Text writes the lines as they are, below who committed them.
func (c configurationText) Text(w *report.Writer) {
	if c.Revision != 0 {
		w.Linef("## Revision %d: committed %s by %s via %s", c.Revision, c.At.Text, c.User, c.Client)
		if c.Log != "" {
			w.Line("## " + c.Log)
		}
	}
	for line := range strings.Lines(c.Output) {
		w.Line(strings.TrimSuffix(line, "\n"))
	}
}

// rollbackInformation is `show system rollback N [compare M]`, `show system rollback
// compare M N`, which shows the same, and `show system rollback revision R`.
func (f *Face) rollbackInformation(ctx context.Context, c oper.Call) (report.Report, error) {
	class := f.cfg.Class(c.Peer)
	if !class.Looks() {
		return nil, netconf.Errorf("permission denied")
	}
	if c.Args.Has("revision") {
		return f.archived(ctx, class, c.Args.Value("revision"))
	}
	n, err := strconv.Atoi(c.Args.Value("rollback"))
	if err != nil {
		return nil, netconf.Errorf("invalid rollback number '%s'", c.Args.Value("rollback"))
	}
	tree, err := f.cfg.Database.Back(ctx, n)
	if err != nil {
		return nil, err
	}
	tree = class.Visible(tree)
	if !c.Args.Has("compare") {
		text, err := printTree(tree, nil, conf.Style{Format: conf.Text})
		return configurationText{Output: text}, err
	}
	m, err := strconv.Atoi(c.Args.Value("compare"))
	if err != nil {
		return nil, netconf.Errorf("invalid rollback number '%s'", c.Args.Value("compare"))
	}
	other, err := f.cfg.Database.Back(ctx, m)
	if err != nil {
		return nil, err
	}
	return configurationText{Output: conf.Compare(class.Visible(other), tree, nil)}, nil
}

// archived is any configuration that is kept.
func (f *Face) archived(ctx context.Context, class permission.Class, number string) (report.Report, error) {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return nil, netconf.Errorf("invalid revision '%s'", number)
	}
	r, tree, err := f.cfg.Database.Archived(ctx, n)
	if err != nil {
		return nil, err
	}
	text, err := printTree(class.Visible(tree), nil, conf.Style{Format: conf.Text})
	at := report.At(r.At)
	return configurationText{Revision: r.Number, User: r.User, Client: r.Client, At: &at, Log: r.Comment, Output: text}, err
}

// command carries out a line as typed, pipes included.
func (d *dispatcher) command(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.Command
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	line := strings.TrimSpace(r.Line)
	call, err := command.NewOperational(d.cfg.Schema, schema.ServedByDirector).Parse(line)
	if err != nil {
		return syntaxError(line, err)
	}
	if call.RPC.Name == rpcGetConfiguration {
		if !d.class.Looks() {
			return refused()
		}
		return d.showConfiguration(ctx, call, r.Format)
	}
	if !d.class.Command(strings.Join(call.Words, " "), bit(call.RPC)) {
		return d.audited(strings.Join(call.Words, " "), bit(call.RPC), refused())
	}
	return d.audited(strings.Join(call.Words, " "), bit(call.RPC), d.cfg.Registry.Command(ctx, d.peer, line, report.Format(r.Format)))
}

func syntaxError(line string, err error) netconf.Reply {
	e := netconf.Errorf("%s", err.Error())
	var at *command.Error
	if errors.As(err, &at) {
		e.BadElement = strings.TrimSpace(line[min(at.Pos, len(line)):])
	}
	return netconf.Fail(e)
}

// showConfiguration is `show configuration [path] [| ...]`: the committed one.
func (d *dispatcher) showConfiguration(ctx context.Context, call command.Call, format string) netconf.Reply {
	var words []string
	for _, a := range call.Args {
		words = append(words, conf.Quote(a.Value))
	}
	at, err := d.path(strings.Join(words, " "))
	if err != nil {
		return netconf.Fail(err)
	}
	tree, _ := d.cfg.Database.Active()
	tree = d.visible(tree)
	if format == "" {
		format = "text"
	}
	style, err := styleOf(format)
	if err != nil {
		return netconf.Fail(err)
	}
	for _, p := range call.Pipes {
		switch {
		case p.Verb == "compare":
			return d.comparePipe(ctx, tree, at, call.Pipes)
		case p.Verb != "display" || p.Args[0] == "omit" || p.Args[0] == "detail": // of the screen
		case p.Args[0] == "inheritance":
			tree, _ = inherit.Expand(tree)
			tree = d.visible(tree) // also at the places that it is inherited to
			style.Origins = origins(strings.Join(append([]string{"inherit"}, p.Args[1:]...), "-"))
		default:
			next, err := styleOf(p.Args[0])
			if err != nil {
				return netconf.Fail(err)
			}
			style.Format, style.Relative = next.Format, slices.Contains(p.Args, "relative")
		}
	}
	pipes := textPipes(call.Pipes)
	if len(pipes) == 0 && style.Format != conf.Text && (style.Format != conf.Lines || format == "set") {
		return styled(tree, at, style) // set commands that a pipe asked for are text
	}
	text, err := printTree(tree, at, style)
	if err != nil {
		return netconf.Fail(err)
	}
	if style.Format == conf.Text && len(at) == 0 {
		text = d.lastCommit(ctx) + text
	}
	return piped(text, pipes)
}

// piped passes a text through the pipes that work on it.
func piped(text string, pipes []report.Pipe) netconf.Reply {
	out, err := report.Run(text, pipes)
	if err != nil {
		return netconf.Fail(err)
	}
	return output(out.Text)
}

// comparePipe is `| compare [rollback n]`: what the committed configuration has
// more and less than an earlier one.
func (d *dispatcher) comparePipe(ctx context.Context, tree conf.Tree, at conf.Path, pipes []command.Pipe) netconf.Reply {
	n := 1
	for _, p := range pipes {
		if p.Verb == "compare" && len(p.Args) > 0 {
			var err error
			if n, err = strconv.Atoi(p.Args[len(p.Args)-1]); err != nil {
				return netconf.Fail(netconf.Errorf("compare %s: only the shell has files, and the rescue configuration", strings.Join(p.Args, " ")))
			}
		}
	}
	old, err := d.cfg.Database.Back(ctx, n)
	if err != nil {
		return failure(err)
	}
	return piped(conf.Compare(d.visible(old), tree, at), textPipes(pipes))
}

// textPipes leaves out the pipes that choose a form.
func textPipes(pipes []command.Pipe) []report.Pipe {
	var out []report.Pipe
	for _, p := range pipes {
		if p.Verb != "display" && p.Verb != "compare" {
			out = append(out, report.Pipe{Verb: p.Verb, Args: p.Args})
		}
	}
	return out
}

// lastCommit is the line above a whole configuration that collectors know (rancid).
func (d *dispatcher) lastCommit(ctx context.Context) string {
	revs, err := d.cfg.Database.Revisions(ctx, 1)
	if err != nil || len(revs) == 0 {
		return ""
	}
	return fmt.Sprintf("## Last commit: %s by %s\n", report.Timestamp(revs[0].At), revs[0].User)
}

// componentRPC hands one operation to a component and returns its reply: what
// `request component login` runs on. Operators may look there, super-users may
// change things (QF-REF 2.3.10).
func (d *dispatcher) componentRPC(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName   xml.Name `xml:"component-rpc"`
		Component string   `xml:"component"`
		Rest      []struct {
			XMLName xml.Name
			Attrs   []xml.Attr `xml:",any,attr"`
			Inner   []byte     `xml:",innerxml"`
		} `xml:",any"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	if len(r.Rest) != 1 {
		return netconf.Fail(netconf.Errorf("component-rpc holds %d operations, want one", len(r.Rest)))
	}
	inner := r.Rest[0]
	if !d.mayRelay(inner.XMLName.Local, string(inner.Inner)) {
		return refused()
	}
	way, err := d.cfg.Fabric.Component(r.Component)
	if err != nil {
		return netconf.Fail(err)
	}
	reply, err := way.Call(ctx, rebuild(inner.XMLName, inner.Attrs, inner.Inner))
	if err != nil {
		reply = netconf.Fail(netconf.Errorf("no answer from %s: %s", r.Component, err))
	}
	if did, changes := relayed(inner.XMLName.Local, string(inner.Inner)); changes {
		return d.audited(r.Component+": "+did, permission.Maintenance, reply)
	}
	return reply
}

// rebuild writes an element again that was read with its content as it stands.
func rebuild(name xml.Name, attrs []xml.Attr, inner []byte) []byte {
	var b strings.Builder
	b.WriteString("<" + name.Local)
	if name.Space != "" && name.Space != netconf.Namespace {
		fmt.Fprintf(&b, " xmlns=%s", attr(name.Space))
	}
	for _, a := range attrs {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			fmt.Fprintf(&b, " %s=%s", a.Name.Local, attr(a.Value))
		}
	}
	b.WriteString(">")
	b.Write(inner)
	b.WriteString("</" + name.Local + ">")
	return []byte(b.String())
}

func attr(value string) string {
	return `"` + strings.ReplaceAll(string(escaped(value)), `"`, "&quot;") + `"`
}

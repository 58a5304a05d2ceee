package cli

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// fakeDirector answers the shell's RPCs from a configuration in memory: a double at
// the level of messages.
type fakeDirector struct {
	t      testing.TB
	schema *schema.Schema
	op     *command.Operational

	mu        sync.Mutex
	candidate conf.Tree
	revisions []conf.Tree // newest first
	block     chan struct{}
	alone     bool // nobody else sees the candidate, which goes with the session
	confirm   int  // minutes that a commit waits to be confirmed
	notices   []rpc.Notice
	ports     []rpc.Name
}

const factory = `system { host-name oneswitch; }
vlans { default { vlan-id 1; } v10 { vlan-id 10; description Accounting; } }
`

// shared is what all directors of a test run have: it never changes, and takes
// longer to build than a short session takes.
var shared = sync.OnceValues(func() (fabric, error) {
	s, err := schema.Load()
	if err != nil {
		return fabric{}, err
	}
	tree, problems := conf.New(s).Load(conf.Request{Format: conf.Text, Source: []byte(factory)})
	if conf.Failed(problems) {
		return fabric{}, fmt.Errorf("load factory configuration: %v", problems)
	}
	return fabric{s, command.NewOperational(s, schema.ServedByDirector), tree}, nil
})

type fabric struct {
	schema  *schema.Schema
	op      *command.Operational
	factory conf.Tree
}

func newFakeDirector(t testing.TB) *fakeDirector {
	t.Helper()
	f, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return &fakeDirector{
		t: t, schema: f.schema, op: f.op,
		candidate: f.factory, revisions: []conf.Tree{f.factory}, block: make(chan struct{}),
		ports: []rpc.Name{{Name: "Node0:xe-0/0/0"}, {Name: "Node0:xe-0/0/1"}},
	}
}

// Close is the end of a session.
func (d *fakeDirector) Close() {}

// Dispatch answers one operation.
func (d *fakeDirector) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch op.Name.Local {
	case "command":
		return d.command(ctx, op)
	case "complete":
		return d.complete(op)
	case "component-rpc":
		return d.component(op)
	case "get-configuration":
		return d.read(op)
	case "load-configuration":
		return d.load(op)
	case "commit-configuration":
		return d.commit(op)
	case "open-configuration":
		return d.open(op)
	case "configuration-status":
		return netconf.Reply{Body: netconf.TextElement("output", "Users currently editing the configuration:\n"+
			"  admin terminal pts/0 (pid 1000) on since 2026-01-01 00:00:00 UTC\n      [edit]\n")}
	case "close-configuration":
		return d.close()
	case "standing":
		return d.standing(op)
	}
	return netconf.Fail(netconf.Errorf("syntax error"))
}

func (d *fakeDirector) decode(op netconf.Operation, to any) {
	if err := xml.Unmarshal(op.XML, to); err != nil {
		d.t.Errorf("%s: %v", op.XML, err)
	}
}

func body(v any) netconf.Reply {
	b, err := xml.Marshal(v)
	if err != nil {
		return netconf.Fail(err)
	}
	return netconf.Reply{Body: b}
}

func (d *fakeDirector) command(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.Command
	d.decode(op, &r)
	call, err := d.op.Parse(r.Line)
	if err != nil {
		return netconf.Fail(netconf.Errorf("%v", err))
	}
	switch {
	case call.RPC.Name == "ping": // does not end by itself
		select {
		case <-d.block:
		case <-ctx.Done():
		}
		return body(rpc.Output{Text: "late\n"})
	case call.RPC.Name == showConfiguration:
		return d.committed(call, r.Format)
	case call.RPC.Name == "get-rescue-information":
		return body(rpc.Output{Text: factory})
	case call.RPC.Name == "request-message":
		text, _ := call.Arg("message")
		d.notices = append(d.notices, rpc.Notice{From: "eve", At: "12:34 UTC", Text: text})
		return netconf.Reply{}
	case call.RPC.Name == "get-system-alarm-information":
		return netconf.Fail(netconf.Errorf("the alarm subsystem is not running"))
	case r.Format == pipe.XML && call.RPC.Name == "get-commit-information":
		return netconf.Reply{Body: []byte(d.history())}
	case r.Format == pipe.XML:
		return netconf.Reply{Body: []byte("<vlan-information><vlan><vlan-name>v10</vlan-name></vlan></vlan-information>")}
	case r.Format == pipe.JSON:
		return netconf.Reply{Body: []byte(`{&#34;vlan-information&#34;: []}`)}
	case call.RPC.Name == "get-interface-information":
		var b strings.Builder
		for i := range 60 {
			fmt.Fprintf(&b, "Node0:xe-0/0/%d up\n", i)
		}
		return body(rpc.Output{Text: b.String()})
	}
	return body(rpc.Output{Text: "Name       Tag  Interfaces\ndefault    1    Node0:xe-0/0/0.0*\nv10        10   None\n"})
}

// history tells of the revisions, the newest with a comment when there are several.
func (d *fakeDirector) history() string {
	var b strings.Builder
	b.WriteString("<commit-information>")
	for n := range d.revisions {
		fmt.Fprintf(&b, "<commit-history><sequence-number>%d</sequence-number><user>admin</user><client>cli</client>"+
			"<date-time>2026-01-01 00:00:00 UTC</date-time>", n)
		if n+1 < len(d.revisions) {
			b.WriteString("<log>one more</log>")
		}
		b.WriteString("</commit-history>")
	}
	b.WriteString("</commit-information>")
	return b.String()
}

func (d *fakeDirector) complete(op netconf.Operation) netconf.Reply {
	var r rpc.Complete
	d.decode(op, &r)
	all := map[string][]rpc.Name{
		schema.SourceVLANs:      d.entries(d.candidate, "vlans"),
		schema.SourceComponents: {{Name: "FC-0", Help: "Fabric control"}, {Name: "Node0", Help: "Node device"}},
		schema.SourcePorts:      d.ports,
	}
	switch r.Source {
	case rpc.SourceCandidate:
		all[r.Source] = d.entries(d.candidate, r.Path)
	case rpc.SourceCommitted:
		all[r.Source] = d.entries(d.revisions[0], r.Path)
	case "groups", "policy-options policy-statement", "firewall family ethernet-switching filter":
		all[r.Source] = d.entries(d.candidate, r.Source)
	}
	var out rpc.Completions
	for _, n := range all[r.Source] {
		if strings.HasPrefix(n.Name, r.Prefix) {
			out.Names = append(out.Names, n)
		}
	}
	return body(out)
}

// entries are those of the list at a path, or of the one without a keyword below it;
// behind the first keys of a list with several they are told by the next one.
func (d *fakeDirector) entries(t conf.Tree, path string) []rpc.Name {
	words, err := conf.Split(path)
	at := conf.At(d.schema.Config(), nil)
	for _, w := range words {
		if at, err = at.Step(w); err != nil {
			d.t.Error(err)
		}
	}
	p, keys := at.Path(), at.Keys()
	if flat := p.End(d.schema.Config()).FlatChild(); flat != nil && !p.Whole() {
		p = p.Then(flat, "")
	}
	parent := t.Find(p[:max(len(p)-1, 0)])
	if err != nil || !p.Whole() || parent == nil {
		return nil
	}
	var out []rpc.Name
	for e := range parent.Entries(p[len(p)-1].Node.Name()) {
		help, _ := e.Leaf("description")
		if own := e.Keys(); len(own) > len(keys) && slices.Equal(own[:len(keys)], keys) {
			name := rpc.Name{Name: own[len(keys)], Help: help}
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// component answers for Node0, which is the only one.
func (d *fakeDirector) component(op netconf.Operation) netconf.Reply {
	text := string(op.XML)
	switch {
	case !strings.Contains(text, ">Node0<"):
		return netconf.Fail(netconf.Errorf("component not found"))
	case strings.Contains(text, "identity"):
		return netconf.Reply{Body: []byte(`<identity xmlns="urn:oneswitch:fabric:1"><serial>S1</serial><name>Node0</name>` +
			`<role>node-device</role><version>1</version><address>128.0.130.8</address><started>0</started><epoch>1</epoch>` +
			`<running><epoch>0</epoch><revision>0</revision><hash></hash></running></identity>`)}
	}
	return body(rpc.Output{Text: "answer of Node0\n"})
}

func (d *fakeDirector) modified() bool { return d.candidate.Hash() != d.revisions[0].Hash() }

// open begins to edit.
func (d *fakeDirector) open(op netconf.Operation) netconf.Reply {
	var r rpc.OpenConfiguration
	d.decode(op, &r)
	reply := netconf.Done()
	if d.alone = r.Private != nil || r.Exclusive != nil; d.alone {
		reply.Errors = append(reply.Errors, netconf.Warningf("uncommitted changes will be discarded on exit"))
	}
	return reply
}

// close ends it.
func (d *fakeDirector) close() netconf.Reply {
	reply := netconf.Done()
	if d.alone && d.modified() {
		d.candidate = d.revisions[0]
		reply.Errors = append(reply.Errors, netconf.Warningf("discarding uncommitted changes"))
	}
	d.alone = false
	return reply
}

func (d *fakeDirector) at(words string) conf.Path {
	split, err := conf.Split(words)
	if err != nil {
		d.t.Error(err)
	}
	p, problems := conf.ParsePath(d.schema.Config(), nil, split)
	if conf.Failed(problems) {
		d.t.Error(problems)
	}
	return p
}

func (d *fakeDirector) read(op netconf.Operation) netconf.Reply {
	var r rpc.GetConfiguration
	d.decode(op, &r)
	n, _ := strconv.Atoi(r.Rollback)
	if n >= len(d.revisions) {
		return netconf.Fail(netconf.Errorf("rollback %d does not exist", n))
	}
	if r.Compare != "" {
		text := conf.Compare(d.revisions[n], d.candidate, d.at(r.Path))
		if text == "" {
			text = "\n"
		}
		return body(rpc.ConfigurationInformation{Output: text})
	}
	tree := d.candidate
	switch {
	case r.Rollback != "":
		tree = d.revisions[n]
	case r.Database == rpc.Committed:
		tree = d.revisions[0]
	}
	tree, origins := inherited(tree, r.Inherit)
	format := map[string]conf.Format{pipe.Text: conf.Text, pipe.Set: conf.Lines, pipe.XML: conf.XML, pipe.JSON: conf.JSON}[r.Format]
	var b strings.Builder
	if err := tree.Print(&b, d.at(r.Path), conf.Style{Format: format, Origins: origins}); err != nil {
		return netconf.Fail(err)
	}
	switch format {
	case conf.Text:
		return body(rpc.ConfigurationText{Text: "\n" + b.String()})
	case conf.Lines:
		return body(rpc.ConfigurationSet{Text: "\n" + b.String()})
	case conf.JSON:
		return netconf.Reply{Body: []byte(strings.ReplaceAll(b.String(), `"`, "&#34;"))}
	}
	return netconf.Reply{Body: []byte(b.String())}
}

func (d *fakeDirector) load(op netconf.Operation) netconf.Reply {
	var r rpc.LoadConfiguration
	d.decode(op, &r)
	if r.Rollback != "" {
		n, _ := strconv.Atoi(r.Rollback)
		if n >= len(d.revisions) {
			return netconf.Fail(netconf.Errorf("rollback %d does not exist", n))
		}
		d.candidate = d.revisions[n]
		return netconf.Reply{Body: []byte("<load-configuration-results><ok/></load-configuration-results>")}
	}
	req := conf.Request{At: d.at(r.Path)}
	switch {
	case r.Set != nil:
		req.Action, req.Format, req.Source = conf.LoadSet, conf.Lines, []byte(*r.Set)
	case r.Text != nil:
		req.Format, req.Source = conf.Text, []byte(*r.Text)
	case r.JSON != nil:
		req.Format, req.Source = conf.JSON, []byte(*r.JSON)
	case r.Config != nil:
		req.Format, req.Source = conf.XML, []byte("<configuration>"+string(r.Config.Inner)+"</configuration>")
	}
	if action, ok := map[string]conf.Action{
		"override": conf.LoadOverride, "replace": conf.LoadReplace, "update": conf.LoadUpdate, "patch": conf.LoadPatch,
	}[r.Action]; ok {
		req.Action = action
	}
	tree, problems := d.candidate.Load(req)
	d.candidate = tree
	var out struct {
		XMLName xml.Name           `xml:"load-configuration-results"`
		Errors  []netconf.RPCError `xml:"rpc-error"`
	}
	for _, p := range problems {
		e := netconf.Errorf("%s", p.Text)
		e.Severity, e.BadElement, e.Line, e.Column = p.Severity.String(), p.Token, p.Pos.Line, p.Pos.Column
		if p.Path != "" {
			e.Path = p.Banner()
		}
		out.Errors = append(out.Errors, e)
	}
	return body(out)
}

// standing tells the host name and what was said.
func (d *fakeDirector) standing(op netconf.Operation) netconf.Reply {
	var r rpc.Standing
	d.decode(op, &r)
	out := rpc.Stands{Modified: d.modified(), RollbackIn: 60 * d.confirm, Last: strconv.Itoa(len(d.notices))}
	out.HostName, _ = d.revisions[0].Root().Child("system").Leaf("host-name")
	if seen, err := strconv.Atoi(r.Since); err == nil {
		out.Notices = d.notices[seen:]
	}
	return body(out)
}

func (d *fakeDirector) commit(op netconf.Operation) netconf.Reply {
	var r rpc.CommitConfiguration
	d.decode(op, &r)
	if d.candidate.Find(d.at("vlans bad")) != nil {
		e := netconf.Errorf("VLAN 'bad' is not allowed")
		e.Path, e.BadElement = "[edit vlans]", "bad"
		return netconf.Reply{Errors: []netconf.RPCError{e, netconf.Errorf("configuration check-out failed")}}
	}
	found := judged(d.candidate, d.revisions[0])
	if slices.ContainsFunc(found, func(e netconf.RPCError) bool { return e.Severity != netconf.SeverityWarning }) {
		return netconf.Reply{Errors: append(found, netconf.Errorf("configuration check-out failed"))}
	}
	if r.AtTime == "" {
		d.confirm, _ = strconv.Atoi(r.ConfirmTimeout)
	}
	if r.Check == nil && r.AtTime == "" {
		d.revisions = append([]conf.Tree{d.candidate}, d.revisions...)
	}
	said := `<fabric-member><name>Node0</name><commit-state>committed</commit-state></fabric-member>`
	if r.AtTime != "" {
		said = "<output>commit at will be executed at 2030-01-01 23:59:00 UTC</output>"
	}
	return netconf.Reply{Body: []byte("<commit-results>" + said + "</commit-results>"), Errors: found, OK: true}
}

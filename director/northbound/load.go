package northbound

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// loadConfiguration is the Junos RPC of all loads and of rollback.
func (d *dispatcher) loadConfiguration(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.LoadConfiguration
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	switch {
	case r.Rollback != "" && !d.mayRollBack(r.Rollback), r.Rescue != "" && !d.mayRollBack("rescue"):
		return refused()
	case r.Rollback != "":
		n, err := strconv.Atoi(r.Rollback)
		if err != nil {
			return netconf.Fail(netconf.Errorf("invalid rollback number '%s'", r.Rollback))
		}
		return d.loaded(d.session.Rollback(ctx, n))
	case r.URL != "":
		// Fetching would let anyone with a session read files and reach hosts as the
		// director: the client sends the text itself.
		return netconf.Fail(netconf.Errorf("loading from a URL is not supported: send the configuration in the request"))
	case r.Rescue != "":
		tree, err := d.rescued(ctx)
		if err != nil {
			return netconf.Fail(err)
		}
		return d.loaded(d.session.Replace(tree))
	}
	req, err := d.loadRequest(r)
	if err != nil {
		return netconf.Fail(err)
	}
	return d.loaded(d.session.Load(req))
}

// loadRequest finds out what is to be loaded in which form; the element that
// carries it decides, as in Junos, and not the format attribute.
func (d *dispatcher) loadRequest(r rpc.LoadConfiguration) (conf.Request, error) {
	req := conf.Request{}
	switch {
	case r.Set != nil:
		req.Format, req.Source = conf.Lines, []byte(*r.Set)
	case r.Text != nil:
		req.Format, req.Source = conf.Text, []byte(*r.Text)
		if r.Action == "set" || r.Format == "set" {
			req.Format = conf.Lines
		}
	case r.JSON != nil:
		req.Format, req.Source = conf.JSON, []byte(*r.JSON)
	case r.Config != nil:
		req.Format, req.Source = conf.XML, wrap(r.Config.Inner)
	default:
		return req, netconf.Errorf("load-configuration holds no configuration")
	}
	switch r.Action {
	case "", "merge":
		req.Action = conf.LoadMerge
	case "replace":
		req.Action = conf.LoadReplace
	case "override":
		req.Action = conf.LoadOverride
	case "update":
		req.Action = conf.LoadUpdate
	case "set":
		req.Action = conf.LoadSet
	case "patch":
		if r.Text == nil {
			return req, netconf.Errorf("a patch is text: load-configuration needs configuration-text")
		}
		req.Action = conf.LoadPatch
	default:
		return req, netconf.Errorf("invalid action '%s'", r.Action)
	}
	if req.Format == conf.Lines && req.Action != conf.LoadOverride {
		req.Action = conf.LoadSet
	}
	at, err := d.path(r.Path)
	req.At = at
	return req, err
}

func wrap(inner []byte) []byte {
	return []byte("<configuration>" + string(inner) + "</configuration>")
}

// path reads the hierarchy that the shell stands at.
func (d *dispatcher) path(words string) (conf.Path, error) {
	if strings.TrimSpace(words) == "" {
		d.session.Work("")
		return nil, nil
	}
	split, err := conf.Split(words)
	if err != nil {
		return nil, fmt.Errorf("read path: %w", err)
	}
	p, problems := conf.ParsePath(d.cfg.Schema.Config(), nil, split)
	if conf.Failed(problems) {
		return nil, rpcError(problems[0])
	}
	d.session.Work(p.String())
	return p, nil
}

// standardSource is source or target of an RFC 6241 operation.
type standardSource struct {
	Candidate *rpc.Empty `xml:"candidate"`
	Running   *rpc.Empty `xml:"running"`
	Startup   *rpc.Empty `xml:"startup"`
	Config    *struct {
		Configuration *rpc.Subtree `xml:"configuration"`
	} `xml:"config"`
}

// editConfig is RFC 6241 section 7.2, with Junos' text spelling beside the XML.
func (d *dispatcher) editConfig(_ context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName xml.Name       `xml:"edit-config"`
		Target  standardSource `xml:"target"`
		Default string         `xml:"default-operation"`
		Test    string         `xml:"test-option"`
		Config  *struct {
			Configuration *rpc.Subtree `xml:"configuration"`
		} `xml:"config"`
		Text *string `xml:"config-text>configuration-text"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	if r.Target.Candidate == nil {
		return unsupported("only the candidate can be edited")
	}
	if r.Test == "test-only" {
		return unsupported("test-option test-only is not supported")
	}
	req := conf.Request{Action: conf.LoadMerge}
	switch r.Default {
	case "", "merge":
	case "replace":
		req.Action = conf.LoadOverride
	case "none":
		req.Action = conf.LoadReplace // only what carries an operation matters
	default:
		return netconf.Fail(netconf.Errorf("invalid default-operation '%s'", r.Default))
	}
	switch {
	case r.Text != nil:
		req.Format, req.Source = conf.Text, []byte(*r.Text)
	case r.Config != nil && r.Config.Configuration != nil:
		req.Format, req.Source = conf.XML, wrap(r.Config.Configuration.Inner)
	default:
		return netconf.Fail(netconf.Errorf("edit-config holds no configuration"))
	}
	return d.standard(d.session.Load(req))
}

// copyConfig makes the candidate a whole configuration (RFC 6241 section 7.3).
func (d *dispatcher) copyConfig(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName xml.Name       `xml:"copy-config"`
		Target  standardSource `xml:"target"`
		Source  standardSource `xml:"source"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	switch {
	case r.Target.Candidate == nil:
		return unsupported("only the candidate can be a target")
	case r.Source.Running != nil:
		return d.standard(d.session.Rollback(ctx, 0))
	case r.Source.Config != nil && r.Source.Config.Configuration != nil:
		return d.standard(d.session.Load(conf.Request{Action: conf.LoadOverride, Format: conf.XML,
			Source: wrap(r.Source.Config.Configuration.Inner)}))
	}
	return unsupported("the source must be running or a configuration")
}

// deleteConfig is RFC 6241 section 7.4: there is nothing here that it could delete.
func (d *dispatcher) deleteConfig(_ context.Context, op netconf.Operation) netconf.Reply {
	if running(op) {
		return invalid("the running configuration cannot be deleted")
	}
	return unsupported("there is no configuration that delete-config could delete: discard-changes empties the candidate of changes")
}

// standard answers an RFC 6241 operation: errors and warnings are direct children.
func (d *dispatcher) standard(problems []conf.Problem, err error) netconf.Reply {
	if err != nil {
		return failure(err)
	}
	reply := netconf.Reply{Errors: rpcErrors(problems), OK: !conf.Failed(problems)}
	for i, e := range reply.Errors {
		reply.Errors[i] = d.located(e)
	}
	return reply
}

func unsupported(why string) netconf.Reply {
	e := netconf.Errorf("%s", why)
	e.Tag = "operation-not-supported"
	return netconf.Fail(e)
}

// discard drops what is not committed (RFC 6241 section 8.3.4.2).
func (d *dispatcher) discard(ctx context.Context, _ netconf.Operation) netconf.Reply {
	return d.standard(d.session.Rollback(ctx, 0))
}

// lock and unlock are the standard and the Junos spelling (RFC 6241 section 7.5).
func (d *dispatcher) lock(_ context.Context, op netconf.Operation) netconf.Reply {
	if running(op) {
		return unsupported("lock the candidate: the running configuration changes by commit alone")
	}
	return d.standard(nil, d.session.Lock())
}

func (d *dispatcher) unlock(_ context.Context, op netconf.Operation) netconf.Reply {
	if running(op) {
		return unsupported("only the candidate can be locked")
	}
	return d.standard(nil, d.session.Unlock())
}

// running reports whether a standard lock or unlock names the running datastore.
func running(op netconf.Operation) bool {
	var r struct {
		Target standardSource `xml:"target"`
	}
	return decode(op, &r) == nil && r.Target.Running != nil
}

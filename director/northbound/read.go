package northbound

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/subtree"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// getConfiguration is the Junos RPC in its four formats and as a comparison.
func (d *dispatcher) getConfiguration(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.GetConfiguration
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	at, err := d.path(r.Path)
	if err != nil {
		return netconf.Fail(err)
	}
	n := 0
	if r.Rollback != "" {
		if n, err = strconv.Atoi(r.Rollback); err != nil {
			return netconf.Fail(netconf.Errorf("invalid rollback number '%s'", r.Rollback))
		}
	}
	if r.Compare != "" {
		old, err := d.cfg.Database.Back(ctx, n)
		if err != nil {
			return failure(err)
		}
		return output(conf.Compare(d.visible(old), d.visible(d.session.Candidate()), at))
	}
	tree, err := d.stored(ctx, r, n)
	if err != nil {
		return failure(err)
	}
	if r.Inherit != "" && r.Inherit != "defaults" {
		tree, _ = inherit.Expand(tree) // what is wrong with groups is for commit to say
	}
	tree = d.visible(tree)
	if r.Filter != nil && len(bytes.TrimSpace(r.Filter.Inner)) > 0 {
		selected, problems := subtree.Select(tree, wrap(r.Filter.Inner))
		if conf.Failed(problems) {
			return netconf.Reply{Errors: rpcErrors(problems)}
		}
		tree = selected
	}
	style, err := styleOf(r.Format)
	if err != nil {
		return netconf.Fail(err)
	}
	if style.Format == conf.Text {
		style.Origins = origins(r.Inherit)
	}
	return styled(tree, at, style)
}

// origins says how text tells what is inherited: | display inheritance.
func origins(inherit string) conf.Origins {
	switch inherit {
	case "inherit", "inherit-defaults": // there are no groups of defaults
		return conf.FullOrigins
	case "inherit-brief", "inherit-terse":
		return conf.BriefOrigins
	}
	return conf.NoOrigins
}

// stored returns the configuration that is asked for. Without a database it is
// the candidate, as in Junos.
func (d *dispatcher) stored(ctx context.Context, r rpc.GetConfiguration, n int) (conf.Tree, error) {
	switch {
	case r.Rollback != "":
		return d.cfg.Database.Back(ctx, n)
	case r.Database == rpc.Committed:
		tree, _ := d.cfg.Database.Active()
		return tree, nil
	case r.Database != "" && r.Database != rpc.Candidate:
		return conf.Tree{}, fmt.Errorf("unknown database '%s'", r.Database)
	}
	return d.session.Candidate(), nil
}

// output is what a comparison and `show configuration` answer. With no difference
// it holds exactly one line feed (trap 4).
func output(text string) netconf.Reply {
	if strings.TrimSpace(text) == "" {
		text = "\n"
	}
	return netconf.Reply{Body: netconf.Element("configuration-information", netconf.TextElement("configuration-output", text))}
}

// styleOf reads a format attribute.
func styleOf(format string) (conf.Style, error) {
	switch format {
	case "", "xml":
		return conf.Style{Format: conf.XML}, nil
	case "text":
		return conf.Style{Format: conf.Text}, nil
	case "set":
		return conf.Style{Format: conf.Lines}, nil
	case "json":
		return conf.Style{Format: conf.JSON}, nil
	}
	return conf.Style{}, netconf.Errorf("invalid format '%s'", format)
}

// styled wraps a printed configuration as get-configuration answers it.
func styled(tree conf.Tree, at conf.Path, style conf.Style) netconf.Reply {
	text, err := printTree(tree, at, style)
	if err != nil {
		return netconf.Fail(err)
	}
	switch style.Format {
	case conf.Text:
		return netconf.Reply{Body: netconf.TextElement("configuration-text", "\n"+text)}
	case conf.Lines:
		return netconf.Reply{Body: netconf.TextElement("configuration-set", "\n"+text)}
	case conf.JSON:
		// Junos writes the JSON text straight into the rpc-reply (northbound.md 3.1).
		return netconf.Reply{Body: escaped(text)}
	}
	return netconf.Reply{Body: []byte(text)}
}

func printTree(tree conf.Tree, at conf.Path, style conf.Style) (string, error) {
	var b strings.Builder
	if err := tree.Print(&b, at, style); err != nil {
		return "", fmt.Errorf("print configuration: %w", err)
	}
	if b.Len() == 0 && style.Format == conf.XML {
		return "<configuration/>", nil
	}
	return b.String(), nil
}

// escaped writes text so that it may stand in an element; line ends stay as they
// are.
func escaped(s string) []byte {
	return []byte(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s))
}

// getConfig is RFC 6241 section 7.1; get answers the same, for state is what the
// operational RPCs tell.
func (d *dispatcher) getConfig(_ context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		Source standardSource `xml:"source"`
		Filter *struct {
			Type          string       `xml:"type,attr"`
			Configuration *rpc.Subtree `xml:"configuration"`
		} `xml:"filter"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	tree, _ := d.cfg.Database.Active()
	if r.Source.Candidate != nil {
		tree = d.session.Candidate()
	}
	tree = d.visible(tree)
	if f := r.Filter; f != nil {
		if f.Type != "" && f.Type != "subtree" {
			return unsupported("only subtree filters are supported")
		}
		if f.Configuration == nil {
			return netconf.Reply{Body: []byte("<data/>")}
		}
		if len(bytes.TrimSpace(f.Configuration.Inner)) > 0 {
			selected, problems := subtree.Select(tree, wrap(f.Configuration.Inner))
			if conf.Failed(problems) {
				return netconf.Reply{Errors: rpcErrors(problems)}
			}
			tree = selected
		}
	}
	text, err := printTree(tree, nil, conf.Style{Format: conf.XML})
	if err != nil {
		return netconf.Fail(err)
	}
	return netconf.Reply{Body: []byte("<data>" + text + "</data>")}
}

// getSchema serves the compiled-in modules (RFC 6022 section 3.1).
func (d *dispatcher) getSchema(_ context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		Identifier string `xml:"identifier"`
		Version    string `xml:"version"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	for _, m := range d.cfg.Schema.Modules() {
		if m.Name == r.Identifier && (r.Version == "" || r.Version == m.Revision) {
			return element(struct {
				XMLName xml.Name `xml:"urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring data"`
				Text    string   `xml:",chardata"`
			}{Text: m.Text})
		}
	}
	e := netconf.Errorf("there is no module '%s'", r.Identifier)
	e.Tag = "invalid-value"
	return netconf.Fail(e)
}

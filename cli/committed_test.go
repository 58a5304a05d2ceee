package cli

import (
	"strings"

	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// committed answers `show configuration` as the director does: in the form asked for,
// or compared with the one before.
func (d *fakeDirector) committed(call command.Call, format string) netconf.Reply {
	var words []string
	for _, a := range call.Args {
		words = append(words, conf.Quote(a.Value))
	}
	at := d.at(strings.Join(words, " "))
	style := conf.Style{}
	for _, p := range call.Pipes {
		switch {
		case p.Verb == "compare":
			return body(rpc.ConfigurationInformation{Output: conf.Compare(d.revisions[min(1, len(d.revisions)-1)], d.revisions[0], at)})
		case p.Verb == "display" && p.Args[0] == pipe.Set:
			style.Relative = len(p.Args) > 1
		}
	}
	style.Format = map[string]conf.Format{pipe.Set: conf.Lines, pipe.XML: conf.XML, pipe.JSON: conf.JSON}[format]
	if format == pipe.Text || format == "" {
		style.Format = conf.Text
	}
	var b strings.Builder
	if err := d.revisions[0].Print(&b, at, style); err != nil {
		return netconf.Fail(err)
	}
	switch style.Format {
	case conf.XML:
		return netconf.Reply{Body: []byte(b.String())}
	case conf.JSON:
		return netconf.Reply{Body: []byte(strings.ReplaceAll(b.String(), `"`, "&#34;"))}
	}
	return body(rpc.ConfigurationSet{Text: "\n" + b.String()})
}

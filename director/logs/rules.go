package logs

import (
	"cmp"
	"net/netip"
	"reflect"

	"oneswitch/internal/junos/settings"
	"oneswitch/internal/syslog"
)

// Configure puts the rules of a configuration in force. What is configured already
// changes nothing; without `system syslog` the files are those as shipped.
func (l *Logs) Configure(s settings.Syslog) {
	l.mu.Lock()
	same := reflect.DeepEqual(l.configured, s)
	l.configured = s
	l.mu.Unlock()
	if !same {
		l.Apply(rules(s))
	}
}

// rules turns settings into rules. A statement that the check has let through and
// that means nothing all the same, as an expression after an upgrade, matches
// nothing.
func rules(s settings.Syslog) Rules {
	if !s.Configured {
		return Shipped()
	}
	var out Rules
	form := syslog.Form{Year: s.Year, Millis: s.Millis}
	for _, f := range s.Files {
		filter, form := target(f.LogTarget, form)
		out.Files = append(out.Files, File{Name: f.Name, Filter: filter, Form: form, Size: cmp.Or(f.Size, DefaultSize), Files: cmp.Or(f.Files, DefaultFiles)})
	}
	for _, h := range s.Hosts {
		filter, form := target(h.LogTarget, form)
		host := Host{Address: h.Name, Port: h.Port, Facility: -1, Prefix: h.Prefix, Filter: filter, Form: form}
		host.Source, _ = netip.ParseAddr(h.Source) // the schema lets nothing but addresses through
		if n, ok := syslog.Number(h.Override); ok {
			host.Facility = n
		}
		out.Hosts = append(out.Hosts, host)
	}
	return out
}

// target turns what files and hosts have alike.
func target(t settings.LogTarget, form syslog.Form) (syslog.Filter, syslog.Form) {
	form.Structured, form.Brief, form.Priority = t.Structured, t.Brief, t.Priority
	var selectors []syslog.Selector
	for _, c := range t.Contents {
		severity, ok := syslog.ParseSeverity(c.Severity)
		selectors = append(selectors, syslog.Selector{Facility: syslog.Facility(c.Facility), Severity: severity, None: !ok})
	}
	filter, err := syslog.NewFilter(selectors, t.Match)
	if err != nil {
		filter = syslog.Filter{}
	}
	return filter, form
}

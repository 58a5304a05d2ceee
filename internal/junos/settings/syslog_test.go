package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
)

func TestSyslog(t *testing.T) {
	t.Parallel()
	words, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	read := func(lines string) (settings.Syslog, []string) {
		tree, problems := conf.New(words).Load(conf.Request{Action: conf.LoadSet, Source: []byte(lines)})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		s, found := settings.Read(tree, known())
		var said []string
		for _, p := range found {
			said = append(said, p.Path+" | "+p.Text)
		}
		return s.Syslog, said
	}
	if s, _ := read("set system host-name x\n"); s.Configured || s.Files != nil {
		t.Errorf("as shipped: %+v", s)
	}
	s, said := read(`set system syslog archive size 2m files 3
set system syslog time-format year millisecond
set system syslog source-address 128.0.128.2
set system syslog file messages any notice
set system syslog file messages authorization info
set system syslog file messages kernel none
set system syslog file messages archive size 128k
set system syslog file audit change-log any
set system syslog file audit match "!show"
set system syslog file audit structured-data brief
set system syslog host 192.0.2.9 any error
set system syslog host 192.0.2.9 port 5514
set system syslog host 192.0.2.9 facility-override local3
set system syslog host 192.0.2.9 log-prefix fabric
set system syslog host 192.0.2.9 explicit-priority
`)
	want := settings.Syslog{Configured: true, Millis: true, Year: true,
		Files: []settings.LogFile{
			{LogTarget: settings.LogTarget{Name: "audit", Contents: []settings.LogContent{{Facility: "change-log", Severity: "any"}}, Match: "!show", Structured: true, Brief: true}, Size: 2 << 20, Files: 3},
			{LogTarget: settings.LogTarget{Name: "messages", Contents: []settings.LogContent{{Facility: "any", Severity: "notice"}, {Facility: "authorization", Severity: "info"}, {Facility: "kernel", Severity: "none"}}}, Size: 128 << 10, Files: 3},
		},
		Hosts: []settings.LogHost{{LogTarget: settings.LogTarget{Name: "192.0.2.9", Contents: []settings.LogContent{{Facility: "any", Severity: "error"}}, Priority: true},
			Override: "local3", Prefix: "fabric", Source: "128.0.128.2", Port: 5514}},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if len(said) > 0 {
		t.Errorf("said: %q", said)
	}
	_, said = read(`set system syslog file messages archive size 1k
set system syslog archive size large
set system syslog file messages match "("
set system syslog host 192.0.2.9 facility-override local9
set system syslog console any emergency
`)
	for _, part := range []string{
		"system syslog archive | invalid size 'large': it is 64k through 1g",
		"system syslog file messages archive | invalid size '1k': it is 64k through 1g",
		"system syslog file messages | invalid regular expression: '('",
		"system syslog host 192.0.2.9 | unknown facility 'local9': it is one of authorization, daemon, ftp, kernel, ntp, user, local0 to local7",
		"system syslog | statement is accepted, but the fabric does not act on it yet",
	} {
		if !strings.Contains(strings.Join(said, "\n"), part) {
			t.Errorf("nobody says %q:\n%s", part, strings.Join(said, "\n"))
		}
	}
}

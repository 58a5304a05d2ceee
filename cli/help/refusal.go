package help

import (
	"errors"
	"slices"
	"strings"

	"oneswitch/internal/junos/command"
)

// refusal is a command that every Junos has and this product has not. It is not
// offered, but who types it is told what to do instead.
type refusal struct{ words, reason string }

func refusals() []refusal {
	return []refusal{
		{"monitor interface", "monitor is not supported: use show interfaces NAME | refresh 2"},
		{"monitor label-switched-path", "monitor is not supported: there are no label-switched paths of operators"},
		{"monitor list", "monitor is not supported: show log lists the log files"},
		{"monitor start", "monitor is not supported: use show log NAME | last 20 | refresh 5"},
		{"monitor static-lsp", "monitor is not supported: there are no label-switched paths of operators"},
		{"monitor stop", "monitor is not supported: nothing is monitored"},
		{"monitor traffic", "monitor is not supported: use show interfaces NAME extensive | refresh 2"},
		{"mtrace", "mtrace is not supported"},
		{"op", "op is not supported: there are no operation scripts"},
		{"request system halt", "a fabric is not halted as one: stop the directors and members where they run"},
		{"request system power-off", "a fabric is not switched off as one: stop the directors and members where they run"},
		{"request system reboot", "a fabric is not restarted as one: restart directors and members one after the other"},
		{"request system software", "software is not installed by the shell: put the new program on each machine and restart it"},
		{"request system snapshot", "snapshots are not supported: show system rollback has the last fifty configurations"},
		{"set cli logical-system", "logical systems are not supported"},
		{"set cli restart-on-upgrade", "restart-on-upgrade is not supported: a session ends with its director"},
		{"set cli tenant", "tenants are not supported"},
		{"ssh", "ssh is not supported: use request component login NAME to go to a component"},
		{"telnet", "telnet is not supported: use request component login NAME to go to a component"},
		{"test policy", "test policy is not supported"},
	}
}

// Refused returns why a line cannot be carried out that the grammar did not take, when
// it is a command that every Junos has; nil for all others. Words may be shortened,
// like those of other commands.
func Refused(text string) error {
	typed := command.Tokens(text)
	for _, r := range refusals() {
		words := strings.Fields(r.words)
		if len(typed) < len(words) || len(typed[0].Text) < min(3, len(words[0])) {
			continue
		}
		same := func(w string, t command.Token) bool { return !t.Quoted && t.Text != "" && strings.HasPrefix(w, t.Text) }
		if slices.EqualFunc(words, typed[:len(words)], same) {
			return errors.New(r.reason)
		}
	}
	return nil
}

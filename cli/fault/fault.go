// Package fault prints what a director has against a request, as Junos does: an error of
// the configuration with its level and statement, an error of a load with the file, the
// line and how far it was read.
//
// It must never ask anything of anybody: all it knows is the reply and the text.
package fault

import (
	"strings"

	"oneswitch/internal/netconf"
)

// Warnings renders the warnings of a reply.
func Warnings(reply netconf.Reply) string {
	var b strings.Builder
	for _, w := range reply.Warnings() {
		b.WriteString(Problem(w))
	}
	return b.String()
}

// Problem renders one error: the level and the statement on lines of their own when
// it is about one, else in one line.
func Problem(e netconf.RPCError) string {
	word := "error: "
	if e.Severity == netconf.SeverityWarning {
		word = "warning: "
	}
	text := strings.TrimSpace(e.Message)
	if e.Path == "" {
		return word + text + "\n"
	}
	var b strings.Builder
	b.WriteString(e.Path + "\n")
	if e.BadElement != "" {
		b.WriteString("  '" + e.BadElement + "'\n")
	}
	b.WriteString("    " + word + strings.ReplaceAll(text, "\n", "\n    ") + "\n")
	return b.String()
}

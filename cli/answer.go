package cli

import (
	"errors"
	"strings"

	"oneswitch/internal/netconf"
)

// warnings renders the warnings of a reply.
func warnings(reply netconf.Reply) string {
	var b strings.Builder
	for _, w := range reply.Warnings() {
		b.WriteString(problem(w))
	}
	return b.String()
}

// problems renders an error, which may hold several, as Junos prints them.
func problems(err error) string {
	if err == nil {
		return ""
	}
	if errors.Is(err, errInterrupted) {
		return "^C\n"
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var b strings.Builder
		for _, e := range many.Unwrap() {
			b.WriteString(problems(e))
		}
		return b.String()
	}
	if answer, ok := err.(netconf.RPCError); ok {
		return problem(answer)
	}
	return "error: " + err.Error() + "\n"
}

// problem renders one error: the level and the statement on lines of their own when
// it is about one, else in one line.
func problem(e netconf.RPCError) string {
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

package cli

import (
	"errors"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/internal/netconf"
)

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
		return fault.Problem(answer)
	}
	return "error: " + err.Error() + "\n"
}

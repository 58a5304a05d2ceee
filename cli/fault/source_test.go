package fault_test

import (
	"testing"

	"oneswitch/cli/fault"
	"oneswitch/internal/netconf"
)

// TestSourceProblem: what a load says of one error, by the place that the director gave.
func TestSourceProblem(t *testing.T) {
	t.Parallel()
	const text = "vlans { v20 { vlan-id 9999; } }\nsystem {\n\thost-name \"a b\";\n}\n"
	bad := func(line, column int, word, message string) netconf.RPCError {
		return netconf.RPCError{Line: line, Column: column, BadElement: word, Message: message}
	}
	file := fault.Source{Name: "x.conf", Text: text}
	for _, tt := range []struct {
		name   string
		source fault.Source
		err    netconf.RPCError
		want   string
	}{
		{"one of several statements", file, bad(1, 23, "9999", "out of range"),
			"x.conf:1:(26) out of range: 9999\n  [edit]\n    'vlan-id 9999;'\n      out of range\n"},
		{"a word in quotes", file, bad(3, 12, "a b", "invalid host name: 'a b'"),
			"x.conf:3:(16) invalid host name: 'a b'\n  [edit]\n    'host-name \"a b\";'\n      invalid host name: 'a b'\n"},
		{"a brace", file, bad(4, 1, "}", "syntax error"), "x.conf:4:(1) syntax error: }\n  [edit]\n    '}'\n      syntax error\n"},
		{"behind the end", file, bad(5, 1, "", "missing '}' at the end"), "x.conf:5:(0) missing '}' at the end\n  [edit]\n      missing '}' at the end\n"},
		{"a column that the line has not", file, bad(4, 99, "x", "syntax error"), "x.conf:4:(98) syntax error: x\n  [edit]\n      syntax error\n"},
		{"no place at all", file, netconf.RPCError{Message: "permission denied"}, "error: permission denied\n"},
		{"a command", fault.Source{Name: "terminal", Text: "sett x\n", Commands: true}, bad(1, 1, "sett", "unknown command."), "terminal:1:(0) unknown command: sett\n"},
		{"a warning", fault.Source{Name: "terminal", Text: "delete x\n", Commands: true},
			netconf.RPCError{Severity: netconf.SeverityWarning, Line: 1, Column: 8, BadElement: "x", Message: "statement not found"},
			"terminal:1:(7) warning: statement not found: x\n"},
		{"an element below a head", fault.Source{Name: "x.xml", Text: "<rpc-reply>\n<configuration>\n<colour/>\n", Behind: true, Begun: 1},
			bad(2, 10, "colour", "syntax error"), "x.xml:3:(9) syntax error: colour\n  [edit]\n    '<colour/>'\n      syntax error\n"},
	} {
		if got := tt.source.Problem(tt.err); got != tt.want {
			t.Errorf("%s:\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}

package docgen

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
)

// commands lists every operational command.
func commands(s *schema.Schema) string {
	var b strings.Builder
	b.WriteString("# Operational commands\n\n" + generated)
	b.WriteString("Every command with the RPC that NETCONF clients send for it, who answers it (`cli` is the shell by itself) and the\n" +
		"permission that it needs. Words in `[ ]` may be left out, of words in `( | )` one is chosen, those in `{ }` stand in any\n" +
		"order.\n\n| command | what it does | RPC | answered by | permission |\n|---|---|---|---|---|\n")
	rpcs := slices.Clone(s.RPCs())
	slices.SortStableFunc(rpcs, func(x, y *schema.RPC) int { return strings.Compare(words(x), words(y)) })
	for _, r := range rpcs {
		by := make([]string, 0, len(r.ServedBy))
		for _, who := range r.ServedBy {
			by = append(by, string(who))
		}
		row(&b, "`"+words(r)+"`", r.Help, "`"+r.Name+"`", strings.Join(by, ", "), r.Class)
	}
	for _, r := range rpcs {
		arguments(&b, r)
	}
	return b.String()
}

// words prints a command; one that cannot be typed is its RPC.
func words(r *schema.RPC) string {
	if r.Grammar == nil {
		return "(rpc) " + r.Name
	}
	return grammar(r.Grammar)
}

// arguments lists the inputs of a command, if it has any.
func arguments(b *strings.Builder, r *schema.RPC) {
	if len(r.Input) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%s: `%s`\n\n| argument | what it says |\n|---|---|\n", r.Name, r.Help, words(r))
	for _, n := range r.Input {
		row(b, "`"+usage(n)+"`", detail(n))
	}
}

// grammar prints the words of a command in the notation of the schema.
func grammar(g *schema.Grammar) string {
	parts := make([]string, 0, len(g.Items))
	for _, i := range g.Items {
		parts = append(parts, grammar(i))
	}
	switch g.Kind {
	case schema.Word, schema.Flag:
		return g.Word
	case schema.Value:
		return "<" + g.Arg.Name() + ">"
	case schema.OneOf:
		return "( " + strings.Join(parts, " | ") + " )"
	case schema.Maybe:
		return "[ " + strings.Join(parts, " | ") + " ]"
	case schema.AnyOrder:
		return "{ " + strings.Join(parts, " | ") + " }"
	default:
		return strings.Join(parts, " ")
	}
}

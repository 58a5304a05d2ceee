package docgen

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
)

// commands lists every operational command, the verbs of configuration mode and the
// pipes.
func commands(s *schema.Schema) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n" + generated)
	b.WriteString("## Operational commands\n\n" +
		"Every command with the RPC that NETCONF clients send for it, who answers it (`cli` is the shell by itself) and the\n" +
		"permission that it needs. Words in `[ ]` may be left out, of words in `( | )` one is chosen, those in `{ }` stand in any\n" +
		"order.\n\n| command | what it does | RPC | answered by | permission |\n|---|---|---|---|---|\n")
	shell := command.NewOperational(s, schema.ServedByCLI)
	rpcs := slices.Clone(s.RPCs())
	for _, r := range shell.RPCs() { // those of the schema among them are listed already
		if s.RPC(r.Name) == nil {
			rpcs = append(rpcs, r)
		}
	}
	slices.SortStableFunc(rpcs, func(x, y *schema.RPC) int { return strings.Compare(words(x), words(y)) })
	for _, r := range rpcs {
		by := make([]string, 0, len(r.ServedBy))
		for _, who := range r.ServedBy {
			by = append(by, string(who))
		}
		row(&b, "`"+words(r)+"`", help(r), name(s, r), strings.Join(by, ", "), r.Class)
	}
	config := command.NewConfiguration(s, shell)
	b.WriteString("\n## Configuration mode\n\nStatements are those of [configuration.md](configuration.md); after `top` and `up` most verbs may stand again.\n\n")
	usages(&b, "verb", config.Verbs())
	b.WriteString("\n## Pipes\n\nThey stand behind a bar after any command, several behind each other; `compare` and most of `display` go with configurations.\n\n")
	usages(&b, "pipe", config.Pipes())
	for _, r := range rpcs {
		arguments(&b, r)
	}
	return b.String()
}

// help is what a command does; the shell's own say it with their last word.
func help(r *schema.RPC) string {
	out := r.Help
	if out == "" {
		for _, item := range r.Grammar.Items {
			if item.Kind == schema.Word && item.Help != "" {
				out = item.Help
			}
		}
	}
	return out
}

// name is the RPC of a command; what the shell does by itself has none.
func name(s *schema.Schema, r *schema.RPC) string {
	if s.RPC(r.Name) == nil {
		return ""
	}
	return "`" + r.Name + "`"
}

// usages lists verbs or pipes with what follows them.
func usages(b *strings.Builder, what string, list []command.Usage) {
	b.WriteString("| " + what + " | what it does | followed by |\n|---|---|---|\n")
	for _, u := range list {
		next := make([]string, 0, len(u.Takes))
		for _, c := range u.Takes {
			if c.Kind == command.Keyword || c.Kind == command.Placeholder {
				next = append(next, "`"+c.Name+"`")
			}
		}
		follows := strings.Join(next, ", ")
		if u.Whole != "" {
			follows = "a " + u.Whole
		}
		row(b, "`"+u.Name+"`", u.Help, follows)
	}
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
		if g.Arg == nil {
			return "<" + g.Word + ">"
		}
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

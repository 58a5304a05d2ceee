package command

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// rewrite makes the golden tests write what they find.
func rewrite() bool {
	f := flag.Lookup("rewrite")
	return f != nil && f.Value.String() == "true"
}

func TestMain(m *testing.M) {
	flag.Bool("rewrite", false, "write the golden files anew")
	flag.Parse()
	os.Exit(m.Run())
}

func load(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names stands in for the live names of a fabric.
func names(source string) []Choice {
	switch source {
	case schema.SourceVLANs, "vlans vlan":
		return []Choice{{Name: "default"}, {Name: "v10", Help: "Accounting"}, {Name: "v20"}}
	case schema.SourcePorts:
		return []Choice{{Name: "Node0:xe-0/0/0"}, {Name: "Node0:xe-0/0/2"}, {Name: "Node0:xe-0/0/10"}}
	case "interfaces interface-range":
		return []Choice{{Name: "desks"}}
	case schema.SourceComponents:
		return []Choice{{Name: "FC-0", Help: "Fabric control"}, {Name: "Node0", Help: "Node device"}}
	}
	return nil
}

// live adds the names that exist.
func live(p Possible) Possible {
	for _, source := range p.Sources() {
		p = p.WithNames(names(source))
	}
	if p.Place != nil {
		p = p.WithNames(entries(p.Place.Path.String()))
	}
	return p
}

// entries stands in for the lists of the candidate.
func entries(path string) []Choice {
	switch path {
	case "vlans":
		return names(schema.SourceVLANs)
	case "interfaces":
		return []Choice{{Name: "Node0:xe-0/0/0", Help: "uplink"}, {Name: "vlan"}}
	case "interfaces Node0:xe-0/0/0 unit":
		return []Choice{{Name: "0"}}
	case "interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members":
		return []Choice{{Name: "v10"}}
	case "firewall family ethernet-switching filter f term":
		return []Choice{{Name: "first"}, {Name: "second"}, {Name: "the third"}}
	}
	return nil
}

// show renders what `?` finds in a form for golden files.
func show(p Possible) string {
	var b strings.Builder
	if p.Err != nil {
		return strings.Repeat(" ", p.Err.Pos) + "^" + "\n" + p.Err.Text + "\n"
	}
	p = live(p)
	for _, c := range p.Choices {
		mark := " "
		if c.Mark != 0 {
			mark = string(rune(c.Mark))
		}
		b.WriteString(mark + " " + c.Name + " :: " + c.Help + "\n")
	}
	return b.String()
}

// TestGolden runs testdata/*.txt: a line `> line?` or `# line?` asks what may stand
// at the end of it, `> line` and `# line` parse it, `[edit ...]` moves.
func TestGolden(t *testing.T) {
	t.Parallel()
	s := load(t)
	op := NewOperational(s, schema.ServedByDirector, schema.ServedByCLI)
	cfg := NewConfiguration(s, op)
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			golden(t, file, op, cfg)
		})
	}
}

func golden(t *testing.T, file string, op *Operational, cfg *Configuration) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var at conf.Path
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		line, want, _ := strings.Cut(block, "\n")
		got := ""
		switch {
		case strings.HasPrefix(line, "[edit"):
			at = level(t, cfg, strings.Trim(strings.TrimPrefix(line, "[edit"), " ]"))
		case strings.HasPrefix(line, "> "):
			got = indent(operational(op, line[2:]))
		case strings.HasPrefix(line, "# "):
			got = indent(configuration(cfg, at, line[2:]))
		default:
			t.Fatalf("%s: %q is neither a level nor a line", file, line)
		}
		if matches(strings.Split(want, "\n"), strings.Split(got, "\n")) {
			got = want
		}
		if got != want && !rewrite() {
			t.Errorf("%s: %s\n%s\nwant\n%s", file, line, got, want)
		}
		out.WriteString("\n" + line + "\n")
		if got != "" {
			out.WriteString(got + "\n")
		}
	}
	if rewrite() {
		if err := os.WriteFile(file, []byte(strings.TrimPrefix(out.String(), "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// matches compares lines; one that says only `...` stands for any number of them,
// so that a list of statements may grow.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "..." {
		for i := range got {
			if matches(want[1:], got[i:]) {
				return true
			}
		}
		return matches(want[1:], nil)
	}
	return len(got) > 0 && want[0] == got[0] && matches(want[1:], got[1:])
}

// indent keeps the marks of a list apart from the prompts of a golden file.
func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ")
}

func level(t testing.TB, cfg *Configuration, words string) conf.Path {
	t.Helper()
	if words == "" {
		return nil
	}
	st, err := cfg.Parse("edit "+words, nil)
	if err != nil {
		t.Fatal(err)
	}
	return st.Path
}

func operational(op *Operational, line string) string {
	if before, ok := strings.CutSuffix(line, "?"); ok {
		return show(op.Complete(before))
	}
	call, err := op.Parse(line)
	if err != nil {
		return failure(err)
	}
	out := call.RPC.Name
	for _, a := range call.Args {
		out += " " + a.Name + "=" + a.Value
	}
	return out + pipesText(call.Pipes) + "\n= " + strings.Join(call.Words, " ") + "\n"
}

func pipesText(pipes []Pipe) string {
	out := ""
	for _, p := range pipes {
		out += " | " + p.String()
	}
	return out
}

func configuration(cfg *Configuration, at conf.Path, line string) string {
	if before, ok := strings.CutSuffix(line, "?"); ok {
		return show(cfg.Complete(before, at))
	}
	st, err := cfg.Parse(line, at)
	if err != nil {
		return failure(err)
	}
	out := st.Verb
	switch {
	case st.Run != nil:
		out += " " + st.Run.RPC.Name + pipesText(st.Run.Pipes)
	case st.Line != "":
		out = st.Level.Banner() + " " + st.Line
	default:
		out += " " + strings.Join(st.Words, " ")
	}
	return "= " + out + pipesText(st.Pipes) + "\n"
}

func failure(err error) string {
	var bad *Error
	if !errors.As(err, &bad) {
		return "not an *Error: " + err.Error() + "\n"
	}
	out := strings.Repeat(" ", 2+bad.Pos) + "^" + "\n" + bad.Text + "\n"
	for _, c := range bad.Choices {
		out += "  " + c.Name + "\n"
	}
	return out
}

package pipe_test

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
)

// grammar is that of operational mode, which never changes.
var grammar = sync.OnceValues(func() (*command.Operational, error) {
	s, err := schema.Load()
	if err != nil {
		return nil, err
	}
	return command.NewOperational(s, schema.ServedByDirector, schema.ServedByCLI), nil
})

// piped reads the pipes of a line as the shell does.
func piped(t testing.TB, line string) ([]command.Pipe, error) {
	t.Helper()
	g, err := grammar()
	if err != nil {
		t.Fatal(err)
	}
	call, err := g.Parse(line)
	return call.Pipes, err
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pipes string
		want  pipe.Plan
		bad   string
	}{
		{"", pipe.Plan{Form: pipe.Text}, ""},
		{"display set | match vlan | display inheritance", pipe.Plan{Form: pipe.Set, Inherit: "inherit",
			Stages: []command.Pipe{{Verb: "match", Args: []string{"vlan"}}}}, ""},
		{"count | display set relative", pipe.Plan{Form: pipe.Set, Relative: true, Stages: []command.Pipe{{Verb: "count"}}}, ""},
		{"display xml | display json", pipe.Plan{Form: pipe.JSON}, ""},
		{"display xml rpc", pipe.Plan{Form: pipe.RPC}, ""},
		{"display inheritance defaults | display omit | display detail", pipe.Plan{Form: pipe.Text, Inherit: "inherit-defaults", Omitted: true, Detail: true}, ""},
		{"display inheritance brief", pipe.Plan{Form: pipe.Text, Inherit: "inherit-brief"}, ""},
		{"compare", pipe.Plan{Form: pipe.Text, Compare: &pipe.Base{}}, ""},
		{"compare rollback 7", pipe.Plan{Form: pipe.Text, Compare: &pipe.Base{Rollback: "7"}}, ""},
		{"compare rescue", pipe.Plan{Form: pipe.Text, Compare: &pipe.Base{Rescue: true}}, ""},
		{"compare saved.conf", pipe.Plan{Form: pipe.Text, Compare: &pipe.Base{File: "saved.conf"}}, ""},
		{"refresh", pipe.Plan{Form: pipe.Text, Refresh: time.Second}, ""},
		{"refresh 5 | no-more", pipe.Plan{Form: pipe.Text, Refresh: 5 * time.Second, Stages: []command.Pipe{{Verb: "no-more"}}}, ""},
		{"display commit-scripts", pipe.Plan{}, "there are no commit scripts"},
		{"display changed", pipe.Plan{}, "changes are not tagged"},
		{"request message all", pipe.Plan{}, "request message is not supported"},
		{"compare | display set", pipe.Plan{}, "does not go with compare"},
		{"display detail | display set", pipe.Plan{}, "does not go with display set"},
	} {
		line := "show configuration"
		if tc.pipes != "" {
			line += " | " + tc.pipes
		}
		pipes, err := piped(t, line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		got, err := pipe.Read(pipes)
		switch {
		case tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)):
			t.Errorf("%s: %v, want %q", line, err, tc.bad)
		case tc.bad == "" && (err != nil || !reflect.DeepEqual(got, tc.want)):
			t.Errorf("%s: %+v, %v, want %+v", line, got, err, tc.want)
		}
	}
}

// desk is the files that were written, and a name for every address.
func desk(written map[string]string) pipe.Desk {
	return pipe.Desk{
		Write: func(name, text string, appending bool) error {
			switch {
			case name == "full":
				return errors.New("full: no space left on device")
			case appending:
				text = written[name] + text
			}
			written[name] = text
			return nil
		},
		Resolve: func(text string, full bool) string {
			if full {
				return strings.ReplaceAll(text, "10.0.0.1", "a.example.net")
			}
			return strings.ReplaceAll(text, "10.0.0.1", "a.exampl")
		},
		Rows: 4,
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	const text = "a 10.0.0.1\nb\nc\nd\ne\n"
	for _, tc := range []struct {
		pipes string
		want  pipe.Result
		file  string // what the file f then holds
		bad   string
	}{
		{`match "[ab]"`, pipe.Result{Text: "a 10.0.0.1\nb\n"}, "", ""},
		{`except "[ab]" | count`, pipe.Result{Text: "Count: 3 lines\n"}, "", ""},
		{"count | match x", pipe.Result{}, "", ""},
		{"last", pipe.Result{Text: "c\nd\ne\n"}, "", ""},
		{"last 1 | last | trim 0", pipe.Result{Text: "e\n"}, "", ""},
		{"hold | no-more | match e$", pipe.Result{Text: "e\n", Hold: true, NoMore: true}, "", ""},
		{"resolve | last 5 | find a", pipe.Result{Text: "a a.exampl\nb\nc\nd\ne\n"}, "", ""},
		{"resolve full-names | match net", pipe.Result{Text: "a a.example.net\n"}, "", ""},
		{"save f", pipe.Result{Text: "Wrote 5 lines of output to 'f'\n"}, text, ""},
		{"save f | count", pipe.Result{Text: "Count: 1 lines\n"}, text, ""},
		{"match e | save f | no-more", pipe.Result{Text: "Wrote 1 lines of output to 'f'\n", NoMore: true}, "e\n", ""},
		{"match e | save f | append f", pipe.Result{Text: "Appended 1 lines of output to 'f'\n"}, "e\nWrote 1 lines of output to 'f'\n", ""},
		{`match "[de]" | tee f | count`, pipe.Result{Text: "Count: 2 lines\n", After: "Wrote 2 lines of output to 'f'\n"}, "d\ne\n", ""},
		{"save full", pipe.Result{}, "", "save full: no space left on device"},
		{"match (", pipe.Result{}, "", `match: parentheses not balanced: "("`},
		{"tee full | count", pipe.Result{}, "", "tee full: no space"},
	} {
		pipes, err := piped(t, "show vlans | "+tc.pipes)
		if err != nil {
			t.Errorf("%s: %v", tc.pipes, err)
			continue
		}
		written := map[string]string{}
		got, err := pipe.Run(text, pipes, desk(written))
		switch {
		case tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)):
			t.Errorf("%s: %v, want %q", tc.pipes, err, tc.bad)
		case tc.bad == "" && (err != nil || got != tc.want || written["f"] != tc.file):
			t.Errorf("%s: %+v, file %q, %v, want %+v, %q", tc.pipes, got, written["f"], err, tc.want, tc.file)
		}
	}
}

// TestResolve: what is no address stays, and names keep to the room of addresses.
func TestResolve(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "no address 1.2.3 or 12:34\n", "999.1.1.1\n"} {
		if got := pipe.Resolve(text, false); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := pipe.Resolve("from 127.0.0.1 up\n", false); len(got) != len("from 127.0.0.1 up\n") {
		t.Errorf("columns moved: %q", got)
	}
}

// FuzzPipes: whatever stands behind the bars is refused with a place on the line, or
// is carried out; and what the grammar takes is the same once it is written again.
func FuzzPipes(f *testing.F) {
	for _, s := range []string{
		"match a", `match "a|b" | count`, "except x | find y | last 3", "save f | append f | tee f", "display set relative",
		"display inheritance terse | display xml rpc", "compare rollback 3", "compare rescue", "compare f", "refresh 5",
		"resolve full-names | trim 3 | hold | no-more", "request message all", "", "|", `match "`, "last 0", "display",
	} {
		f.Add(s, "one\ntwo\n")
	}
	f.Fuzz(func(t *testing.T, pipes, text string) {
		line := "show configuration | " + pipes
		read, err := piped(t, line)
		if err != nil {
			var at *command.Error
			if !errors.As(err, &at) || at.Pos < 0 || at.Pos > len(line)+1 {
				t.Fatalf("%q: error %v without a place", line, err)
			}
			return
		}
		again := "show configuration"
		for _, p := range read {
			again += " | " + p.String()
		}
		second, err := piped(t, again)
		if err != nil || !reflect.DeepEqual(read, second) {
			t.Fatalf("%q is %q, which reads as %v, %v", line, again, second, err)
		}
		plan, err := pipe.Read(read)
		if err != nil {
			return
		}
		_, _ = pipe.Run(text, plan.Stages, desk(map[string]string{}))
	})
}

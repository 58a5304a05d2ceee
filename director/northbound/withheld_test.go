package northbound_test

import (
	"context"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// TestWithheldIsWhatIsRefused: of the commands of the director, those are withheld which
// the face refuses to the same class, and no others.
func TestWithheldIsWhatIsRefused(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	tree, problems := conf.New(words).Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(
		"set system login class noc permissions all\n" + `set system login class noc deny-commands "request system|show (log|chassis alarms)"` + "\n" +
			`set system login class one allow-commands "show interfaces terse"` + "\n" +
			"set system login class half permissions [ configure view interface-control ]\n" + `set system login class half deny-commands "commit|rollback"`)})
	if conf.Failed(problems) {
		t.Fatal(problems)
	}
	f := &fake{classes: map[string]permission.Class{}}
	for _, name := range []string{"noc", "one", "half"} {
		f.classes[name] = permission.Read(tree, name)
	}
	face := newFace(t, f)
	for _, class := range []string{permission.SuperUser, permission.Operator, permission.ReadOnly, "noc", "one", "half"} {
		d := face.Open(&netconf.Session{ID: 1, Peer: netconf.Peer{User: "ann", Class: class, Via: "local"}})
		list := answer[rpc.Withholds](t, d, rpc.Withheld{})
		if (list.Class == "") != (class == permission.SuperUser) || list.Class != answer[rpc.Stands](t, d, rpc.Standing{}).Class {
			t.Errorf("%s has the stamp %q", class, list.Class)
		}
		for _, r := range words.RPCs() {
			if !r.Serves(schema.ServedByDirector) || r.Grammar == nil {
				continue
			}
			line := strings.Join(r.Grammar.Begins(), " ")
			if r.Name == "get-rollback-information" {
				line += " 0"
			}
			i := slices.IndexFunc(list.Commands, func(c withheld.Command) bool { return c.RPC == r.Name })
			gone := i >= 0 && (list.Commands[i].Whole() || list.Commands[i].Bare)
			err := ask(t, d, rpc.Command{Line: line}).Err()
			if err != nil && strings.Contains(err.Error(), "syntax error") || err != nil && strings.Contains(err.Error(), "missing argument") {
				continue // the fixed words are no command
			}
			if refused := err != nil && strings.Contains(err.Error(), "permission denied"); refused != gone {
				t.Errorf("%s as %s: withheld %t, refused %t: %v", line, class, gone, refused, err)
			}
		}
		d.Close()
	}
}

// TestWithheldVerbs: the verbs of configuration mode go with what they ask for.
func TestWithheldVerbs(t *testing.T) {
	t.Parallel()
	f := &fake{classes: map[string]permission.Class{}}
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	face := newFace(t, f)
	for rules, want := range map[string]string{
		`permissions [ configure view interface-control ]`:                    "",
		`permissions [ configure view ]`:                                      "save show",
		"permissions [ configure interface ]\ndeny-commands commit":           "commit",
		"permissions [ configure interface ]\ndeny-commands \"rollback|upd\"": "rollback update",
		"permissions interface-control": "activate annotate commit copy deactivate delete insert load protect rename replace rollback set status " +
			"unprotect update wildcard",
	} {
		var lines strings.Builder
		for rule := range strings.SplitSeq(rules, "\n") {
			lines.WriteString("set system login class own " + rule + "\n")
		}
		tree, problems := conf.New(words).Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(lines.String())})
		if conf.Failed(problems) {
			t.Fatal(problems)
		}
		f.classes["own"] = permission.Read(tree, "own")
		d := face.Open(&netconf.Session{ID: 1, Peer: netconf.Peer{User: "ann", Class: "own", Via: "local"}})
		got := answer[rpc.Withholds](t, d, rpc.Withheld{}).Verbs
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v", rules, got)
		}
		d.Close()
	}
}

// TestWithheldAtComponents: who may not maintain the fabric only looks there.
func TestWithheldAtComponents(t *testing.T) {
	t.Parallel()
	face := newFace(t, &fake{})
	for class, want := range map[string]bool{permission.Operator: true, permission.SuperUser: false} {
		d := face.Open(&netconf.Session{ID: 1, Peer: netconf.Peer{User: "ann", Class: class, Via: "local"}})
		list := answer[rpc.Withholds](t, d, rpc.Withheld{})
		clears := slices.ContainsFunc(list.Relayed, func(c withheld.Command) bool { return c.RPC == "clear-ethernet-switching-table" && c.Whole() })
		looks := slices.ContainsFunc(list.Relayed, func(c withheld.Command) bool { return c.RPC == "get-vlan-information" })
		if clears != want || looks {
			t.Errorf("%s: clears %t, looks %t: %+v", class, clears, looks, list.Relayed)
		}
		d.Close()
	}
}

func ask(t *testing.T, d netconf.Dispatcher, request any) netconf.Reply {
	t.Helper()
	text, err := xml.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var name struct{ XMLName xml.Name }
	if err := xml.Unmarshal(text, &name); err != nil {
		t.Fatal(err)
	}
	return d.Dispatch(context.Background(), netconf.Operation{Name: name.XMLName, XML: text})
}

func answer[T any](t *testing.T, d netconf.Dispatcher, request any) T {
	t.Helper()
	reply := ask(t, d, request)
	var out T
	if err := reply.Err(); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(reply.Body, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

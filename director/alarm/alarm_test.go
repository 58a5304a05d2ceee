package alarm

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/inventory"
	"oneswitch/inventory/topology"
)

func start() time.Time { return time.Date(2012, 8, 25, 9, 52, 8, 0, time.UTC) }

// words are changes in short: + begins, - ends, with the second at which it began.
func words(changes []Change) string {
	var out []string
	for _, c := range changes {
		sign := "+"
		if c.Over {
			sign = "-"
		}
		out = append(out, sign+c.Key+"@"+c.Since.Format("05"))
	}
	return strings.Join(out, " ")
}

func TestBoard(t *testing.T) {
	t.Parallel()
	var b Board
	for i, step := range []struct {
		after time.Duration
		wrong []Condition
		want  string
	}{
		{0, []Condition{{Key: "a"}}, "+a@08"},
		{1, []Condition{{Key: "a", Text: "new words"}, {Key: "b", Hold: 3 * time.Second}}, ""},
		{3, []Condition{{Key: "a"}, {Key: "b", Hold: 3 * time.Second}}, ""},
		{4, []Condition{{Key: "a"}, {Key: "b", Hold: 3 * time.Second}}, "+b@09"},
		{5, []Condition{{Key: "b", Hold: 3 * time.Second}}, "-a@08"},
		{6, []Condition{{Key: "b", Hold: 3 * time.Second}, {Key: "c", Hold: time.Minute}}, ""},
		{7, []Condition{{Key: "d", Since: start().Add(-8 * time.Second)}}, "-b@09 +d@00"},
		{8, nil, "-d@00"},
	} {
		if got := words(b.Step(start().Add(step.after*time.Second), step.wrong)); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
	b.Step(start(), []Condition{{Key: "late"}, {Key: "early", Since: start().Add(-time.Hour)}})
	if a := b.Active(); len(a) != 2 || a[0].Key != "early" {
		t.Errorf("active: %+v", a)
	}
}

// member is one of a small fabric.
func member(id string, connected bool) Member {
	m := Member{Member: inventory.Member{ID: inventory.MemberID(id), Role: inventory.RoleNode}, Enrolled: true, Connected: connected, Since: start()}
	switch {
	case strings.HasPrefix(id, "IC"):
		m.Role = inventory.RoleInterconnect
	case strings.HasPrefix(id, "FC"):
		m.Role = inventory.RoleFabricControl
	}
	return m
}

func TestConditions(t *testing.T) {
	t.Parallel()
	node := member("N0", true)
	node.Alias = "Node0"
	with := func(change func(*Member)) []Member {
		m := node
		change(&m)
		return []Member{m}
	}
	for name, c := range map[string]struct {
		state State
		want  []string
	}{
		"healthy":    {State{Members: []Member{node}}, nil},
		"absent":     {State{Members: with(func(m *Member) { m.Connected = false })}, []string{"Chassis Major Node device Node0 (N0) is not connected"}},
		"control":    {State{Members: []Member{member("FC-1", false)}}, []string{"Fabric Major Fabric control FC-1 is not connected"}},
		"stranger":   {State{Members: with(func(m *Member) { m.Enrolled, m.Connected = false, false })}, nil},
		"debt":       {State{Members: with(func(m *Member) { m.Debt = 7 })}, []string{"Configuration Minor Node device Node0 (N0) owes revision 7 of the configuration"}},
		"key":        {State{Now: start(), Members: with(func(m *Member) { m.Refused = Refusal{start(), "host key changed"} })}, []string{"Chassis Major Node device Node0 (N0) was turned away: host key changed"}},
		"key, once":  {State{Now: start().Add(2 * time.Minute), Members: with(func(m *Member) { m.Refused = Refusal{start(), "host key changed"} })}, nil},
		"director":   {State{Directors: []Director{{"dg0", "128.0.128.2", true}, {"dg1", "128.0.128.3", false}}}, []string{"System Major Director dg1 (128.0.128.3) does not answer"}},
		"store":      {State{Store: "SQLite"}, []string{"System Major Datastore does not answer, the configuration is read-only: SQLite"}},
		"frozen":     {State{Frozen: "a member runs what nobody decided"}, []string{"System Major Commits are suspended: a member runs what nobody decided"}},
		"confirm":    {State{Pending: Pending{start(), "admin", start().Add(time.Minute)}}, []string{"Configuration Minor Commit of user admin waits to be confirmed, rollback at 09:53:08 UTC"}},
		"no rescue":  {State{NoRescue: true}, []string{"Configuration Minor Rescue configuration is not set"}},
		"everything": {State{Store: "x", NoRescue: true, Links: []Condition{{Area: Fabric, Class: Major, Text: "dead"}}}, []string{"System Major Datastore does not answer, the configuration is read-only: x", "Configuration Minor Rescue configuration is not set", "Fabric Major dead"}},
	} {
		var got []string
		for _, x := range Conditions(c.state) {
			got = append(got, string(x.Area)+" "+string(x.Class)+" "+x.Text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestArrival leaves components time to call a director that has just started.
func TestArrival(t *testing.T) {
	t.Parallel()
	m := member("N0", false)
	m.Since = time.Time{}
	var b Board
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{time.Second, ""}, {9 * time.Second, ""}, {10 * time.Second, "+absent N0@08"}} {
		now := start().Add(step.after)
		if got := words(b.Step(now, Conditions(State{Now: now, Started: start(), Members: []Member{m}}))); got != step.want {
			t.Errorf("after %v: %q, want %q", step.after, got, step.want)
		}
	}
}

// port makes a fabric port of words like N0:fte-0/1/0 IC:fte-0/0/0, the far end being
// what was heard last; down in front of it means that nothing is.
func port(t *testing.T, s string) (inventory.MemberID, Port) {
	t.Helper()
	f := strings.Fields(s)
	end := func(s string) topology.End {
		m, p, _ := strings.Cut(s, ":")
		parsed, err := inventory.ParsePort(p)
		if err != nil {
			t.Fatal(err)
		}
		return topology.End{Member: inventory.MemberID(m), Port: parsed}
	}
	p := Port{End: end(f[0]), Up: f[1] != "down"}
	if p.Up {
		p.Far = end(f[1])
	}
	return p.End.Member, p
}

func TestWiring(t *testing.T) {
	t.Parallel()
	all := func(absent ...string) []Member {
		var out []Member
		for _, id := range []string{"N0", "N1", "IC0", "IC1", "FC-0"} {
			m := member(id, true)
			for _, a := range absent {
				m.Connected = m.Connected && a != id
			}
			out = append(out, m)
		}
		return out
	}
	whole := []string{"N0:fte-0/1/0 IC0:fte-0/0/0", "N0:fte-0/1/1 IC1:fte-0/0/0", "N1:fte-0/1/0 IC0:fte-0/0/1", "N1:fte-0/1/1 IC1:fte-0/0/1",
		"IC0:fte-0/0/0 N0:fte-0/1/0", "IC1:fte-0/0/0 N0:fte-0/1/1", "IC0:fte-0/0/1 N1:fte-0/1/0", "IC1:fte-0/0/1 N1:fte-0/1/1"}
	instead := func(pairs ...string) []string {
		out := append([]string(nil), whole...)
		for _, p := range pairs {
			near, _, _ := strings.Cut(p, " ")
			for i := range out {
				if strings.HasPrefix(out[i], near+" ") {
					out[i] = p
				}
			}
		}
		return out
	}
	for name, steps := range map[string][]struct {
		members []Member
		ports   []string
		want    []string
		moved   int
	}{
		"whole": {{all(), whole, nil, 0}},
		"a cable dies and comes back": {
			{all(), whole, nil, 0},
			{all(), instead("N0:fte-0/1/0 down", "IC0:fte-0/0/0 down"), []string{"Fabric link IC0:fte-0/0/0 to N0:fte-0/1/0 is down"}, 0},
			{all(), instead("N0:fte-0/1/0 down"), []string{"Fabric link IC0:fte-0/0/0 to N0:fte-0/1/0 is down"}, 0}, // one way is dead
			{all(), whole, nil, 0},
		},
		"nobody knows the dead cable": {{all(), instead("N0:fte-0/1/0 down", "IC0:fte-0/0/0 down"), []string{"No fabric link between IC0 and N0"}, 0}},
		"an absent member explains its links": {
			{all(), whole, nil, 0},
			{all("IC0"), instead("N0:fte-0/1/0 down", "N1:fte-0/1/0 down"), nil, 0},
		},
		"a member that told nothing this time": {{all(), whole, nil, 0}, {all(), nil, nil, 0}},
		"two cables exchanged": {
			{all(), whole, nil, 0},
			{all(), instead("N0:fte-0/1/0 IC0:fte-0/0/1", "IC0:fte-0/0/1 N0:fte-0/1/0", "N1:fte-0/1/0 IC0:fte-0/0/0", "IC0:fte-0/0/0 N1:fte-0/1/0"), nil, 2},
		},
		"a node to a node": {
			{all(), instead("N0:fte-0/1/0 N1:fte-0/1/0", "N1:fte-0/1/0 N0:fte-0/1/0", "IC0:fte-0/0/0 down", "IC0:fte-0/0/1 down"), []string{
				"No fabric link between IC0 and N0", "No fabric link between IC0 and N1",
				"Fabric link N0:fte-0/1/0 leads to N1:fte-0/1/0: a fabric link joins a node device and an interconnect device"}, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w Wiring
			for i, step := range steps {
				told := map[inventory.MemberID][]Port{}
				for _, s := range step.ports {
					m, p := port(t, s)
					told[m] = append(told[m], p)
				}
				wrong, moved := w.Look(step.members, told)
				var got []string
				for _, c := range wrong {
					got = append(got, c.Text)
				}
				if diff := cmp.Diff(step.want, got); diff != "" || len(moved) != step.moved {
					t.Errorf("step %d: moved %q (-want +got):\n%s", i, moved, diff)
				}
			}
		})
	}
}

package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/inventory"
)

// shownStatements is how many statements a problem names before it counts the rest.
const shownStatements = 3

// lost is a name that a member has in the active configuration and no longer in this
// one, with the statements that still use it.
type lost struct {
	member     inventory.MemberID
	statements []string
}

// renamed refuses statements about names that members have lost: nothing would act on
// them any more, and the ports would silently be as shipped.
func (r *reader) renamed(root *conf.Node) {
	for _, old := range slices.Sorted(maps.Keys(r.names.lost)) {
		l := r.names.lost[old]
		for g := range root.Entries("groups") {
			patterns(g, old, place("groups").in(g.Value()), func(p place) { l.statements = append(l.statements, string(p)) })
		}
		if len(l.statements) == 0 {
			continue
		}
		at, token, now := place("fabric aliases"), "", string(l.member)
		for _, a := range r.out.Aliases {
			if a.Member == l.member {
				at, token, now = at.in(a.Role.String(), now), a.Name, a.Name
			}
		}
		r.fail(at, token, "device %s is no longer called %s, but these statements still name it so: %s; 'replace pattern %s with %s' changes them",
			l.member, old, enumerated(l.statements), r.pattern(old), now)
	}
}

// enumerated returns the first few statements, quoted, and how many more there are.
func enumerated(statements []string) string {
	out := "'" + strings.Join(statements[:min(len(statements), shownStatements)], "', '") + "'"
	if rest := len(statements) - shownStatements; rest > 0 {
		out += fmt.Sprintf(" and %d more", rest)
	}
	return out
}

// pattern returns the expression that fits a name and no longer one that begins or
// ends with it.
func (r *reader) pattern(name string) string {
	quoted := regexp.QuoteMeta(name)
	for other := range r.names.ids {
		if other != name && strings.Contains(other, name) {
			return `"\b` + quoted + `\b"`
		}
	}
	if quoted != name {
		return `"` + quoted + `"`
	}
	return quoted
}

// patterns calls f with the entries below a statement of a group whose key is a
// pattern for ports of the member called name.
func patterns(n *conf.Node, name string, at place, f func(place)) {
	for _, k := range n.Children() {
		here := at.in(head(k)...)
		owner, _, ok := strings.Cut(strings.TrimPrefix(k.Value(), "<"), ":")
		if ok && owner == name && k.Schema().Many() && (schema.Wildcard(k.Value()) || k.Schema().Kind() == schema.List) {
			f(here)
			continue
		}
		patterns(k, name, here, f)
	}
}

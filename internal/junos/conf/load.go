package conf

import (
	"cmp"
	"slices"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
)

// Action is what load does with what it reads (Junos `load`).
type Action uint8

// The actions. Lines are carried out as commands whatever the action, except that
// LoadOverride and LoadUpdate start from the empty configuration.
const (
	LoadMerge    Action = iota // add to what is there
	LoadReplace                // merge, but what is tagged replace: is taken away first
	LoadOverride               // the new configuration is what is read
	LoadUpdate                 // like override, touching only what differs
	LoadSet                    // set commands
	LoadPatch                  // what `show | compare` prints
)

// Request is one load.
type Request struct {
	Action Action
	Format Format
	Source []byte
	At     Path // level that text and commands are relative to (load relative)
}

// Load reads a configuration and carries it out on the tree. It is atomic: with an
// error among the problems the tree returned is t.
func (t Tree) Load(r Request) (Tree, []Problem) {
	if r.Action == LoadSet {
		r.Format = Lines
	}
	edits, problems := r.read(t.schema)
	broken := Failed(problems)
	if r.Action == LoadMerge && r.Format == Text { // only load replace heeds the tag
		for i := range edits {
			if edits[i].Op == Replace {
				edits[i].Op = Set
			}
		}
		edits = deleteWhole(edits)
	}
	base := t
	if r.Action == LoadOverride || r.Action == LoadUpdate {
		base = New(t.schema)
	}
	next, more := base.apply(edits, r.Action == LoadPatch)
	if broken {
		return t, withValues(problems, more)
	}
	problems = append(problems, more...)
	if Failed(problems) {
		return t, problems
	}
	if base.root != t.root { // the protected statements of t were not there to refuse anything
		if held := Guarded(t, next, "is protected, the configuration that holds it cannot be replaced"); len(held) > 0 {
			return t, append(problems, held...)
		}
	}
	if r.Action == LoadUpdate {
		next, more = t.Apply(Diff(t, next))
		problems = append(problems, more...)
	}
	return next, problems
}

// withValues adds to what could not be read those values among the rest that are wrong by
// themselves: who puts his file right shall not come back for them. What else was found
// may follow from what is missing.
func withValues(read, found []Problem) []Problem {
	found = slices.DeleteFunc(slices.Clone(found), func(p Problem) bool { return p.Code != edit.InvalidValue && p.Code != edit.Protected })
	all := append(slices.Clone(read), found...)
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	var out edit.Problems
	for _, p := range all {
		out.Add(p)
	}
	return out.List
}

// read turns the source into edits.
func (r Request) read(s *schema.Schema) ([]Edit, []Problem) {
	if r.Action == LoadPatch {
		return edit.ReadPatch(s, r.Source, r.At)
	}
	return edit.Read(s, r.Format, r.Source, r.At)
}

// deleteWhole drops edits that would set a list as a whole, which is what is left
// of a replace: tag before a list.
func deleteWhole(edits []Edit) []Edit {
	out := edits[:0]
	for _, e := range edits {
		if e.Op == Set && len(e.Path) > 0 && e.Path.Whole() {
			continue
		}
		out = append(out, e)
	}
	return out
}

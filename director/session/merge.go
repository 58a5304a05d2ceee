package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/report"
)

// conflict is a statement that two operators changed, each to something else
// (reliability.md F43).
type conflict struct {
	mine, theirs conf.Edit
	why          string // mine cannot be carried out on theirs; empty: both changed it
}

// others are the edits that somebody else made, by the statement they change.
type others struct {
	at     map[string]conf.Edit
	inside map[string]conf.Edit // by each statement around the one that is changed
	cases  []conf.Edit          // statements set that belong to a case of a choice
}

func index(edits []conf.Edit) others {
	o := others{at: map[string]conf.Edit{}, inside: map[string]conf.Edit{}}
	for _, e := range edits {
		o.at[e.Path.String()] = e
		if e.Op == conf.Set && len(e.Path) > 0 && e.Path[len(e.Path)-1].Node.InChoice() {
			o.cases = append(o.cases, e)
		}
		for i := 1; i < len(e.Path); i++ {
			if p := e.Path[:i].String(); e.Op != conf.Delete {
				o.inside[p] = e
			}
		}
	}
	return o
}

// gone returns the deletion of a statement around p.
func (o others) gone(p conf.Path) (conf.Edit, bool) {
	for i := 1; i < len(p); i++ {
		if e, ok := o.at[p[:i].String()]; ok && e.Op == conf.Delete {
			return e, true
		}
	}
	return conf.Edit{}, false
}

// excluded returns a statement that was set and that e would take the place of: both
// chose, and chose differently.
func (o others) excluded(e conf.Edit) (conf.Edit, bool) {
	last := len(e.Path) - 1
	if e.Op != conf.Set || last < 0 {
		return conf.Edit{}, false
	}
	for _, c := range o.cases {
		if len(c.Path) == len(e.Path) && slices.Equal(c.Path[:last], e.Path[:last]) && c.Path[last].Node.Excludes(e.Path[last].Node) {
			return c, true
		}
	}
	return conf.Edit{}, false
}

// merge lays what mine changed since base over theirs. What both changed alike is no
// conflict; what one deleted and the other changed inside is one.
func merge(base, mine, theirs conf.Tree) (conf.Tree, []conflict) {
	by := index(conf.Diff(base, theirs))
	var edits []conf.Edit
	var conflicts []conflict
	for _, e := range conf.Diff(base, mine) {
		at := e.Path.String()
		other, both := by.at[at]
		deleted, gone := by.gone(e.Path)
		inside, used := by.inside[at]
		chosen, differs := by.excluded(e)
		switch {
		case differs:
			conflicts = append(conflicts, conflict{mine: e, theirs: chosen})
		case both && (other.Op != e.Op || other.Value != e.Value):
			conflicts = append(conflicts, conflict{mine: e, theirs: other})
		case gone && e.Op != conf.Delete:
			conflicts = append(conflicts, conflict{mine: e, theirs: deleted})
		case used && e.Op == conf.Delete:
			conflicts = append(conflicts, conflict{mine: e, theirs: inside})
		case !both && !gone:
			edits = append(edits, e)
		}
	}
	if len(conflicts) > 0 {
		return theirs, conflicts
	}
	for i := range edits {
		edits[i].Pos.Line = i + 1 // a problem tells by it whose it is
	}
	tree, problems := theirs.Apply(edits)
	if !conf.Failed(problems) {
		return tree, nil
	}
	for _, p := range problems { // changes that are well each and not together
		if p.Severity == conf.Error && p.Pos.Line > 0 {
			e := edits[p.Pos.Line-1]
			conflicts = append(conflicts, conflict{mine: e, theirs: e, why: p.Text})
		}
	}
	return theirs, conflicts
}

// maxBlame bounds how many revisions are read to find who made a change.
const maxBlame = 16

// blame names for each conflict who changed the statement and when: the newest of
// the revisions since the private configuration was opened that touched it.
func (d *Database) blame(ctx context.Context, from uint64, conflicts []conflict) []conf.Problem {
	who := map[string]Revision{}
	revs, err := d.cfg.History.Revisions(ctx, maxBlame+1)
	for i := 0; err == nil && i+1 < len(revs) && revs[i].Number > from; i++ {
		after, e1 := d.revision(ctx, revs[i].Number)
		before, e2 := d.revision(ctx, revs[i+1].Number)
		if e1 != nil || e2 != nil {
			break
		}
		for _, e := range conf.Diff(before, after) {
			if at := e.Path.String(); who[at].Number == 0 {
				who[at] = revs[i]
			}
		}
	}
	var out []conf.Problem
	for _, c := range conflicts {
		out = append(out, conf.Problem{Path: c.mine.Path.Up().String(), Token: last(c.mine.Path), Code: conf.Semantic, Text: c.text(who[c.theirs.Path.String()])})
	}
	return out
}

func last(p conf.Path) string {
	return strings.TrimSpace(strings.TrimPrefix(p.String(), p.Up().String()))
}

// text says who changed what, as far as it is known.
func (c conflict) text(r Revision) string {
	by := "somebody else"
	if r.Number != 0 {
		by = fmt.Sprintf("%s via %s at %s (revision %d)", r.User, r.Client, report.Timestamp(r.At), r.Number)
	}
	switch {
	case c.why != "":
		return c.why + " since this private configuration was opened"
	case c.theirs.Op == conf.Delete:
		return fmt.Sprintf("'%s' was deleted by %s since this private configuration was opened", c.theirs.Path, by)
	case c.mine.Value != "" && c.theirs.Value != "":
		return fmt.Sprintf("statement was changed to %s by %s since this private configuration was opened", conf.Quote(c.theirs.Value), by)
	case c.theirs.Path.String() != c.mine.Path.String():
		return fmt.Sprintf("'%s' was changed by %s since this private configuration was opened", c.theirs.Path, by)
	}
	return "statement was changed by " + by + " since this private configuration was opened"
}

func (d *Database) revision(ctx context.Context, n uint64) (conf.Tree, error) {
	text, err := d.cfg.History.Text(ctx, n)
	if err != nil {
		return conf.Tree{}, err
	}
	return d.Parse(text)
}

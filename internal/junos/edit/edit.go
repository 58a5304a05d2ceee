package edit

// Op is what an Edit does to the statement at its path.
type Op uint8

// The operations. Except for Create, Delete and those on a statement's attributes,
// which want something to be there, they succeed whatever they find.
const (
	Set        Op = iota // make the statement; give a leaf the value
	Create               // like Set, but it must not exist (RFC 6241 section 7.2)
	Delete               // take it away with all below; a warning when absent
	Remove               // like Delete, silent when absent
	Replace              // take away all below and make it anew: later edits fill it
	Activate             // end the effect of Deactivate
	Deactivate           // keep it in the configuration without effect (inactive:)
	Protect              // refuse changes below (protect:)
	Unprotect            // end the effect of Protect
	Annotate             // give it the comment in Value; an empty one takes it away
	Rename               // give the list entry the key in Value
	Before               // put the entry of a user-ordered list before that in Value
	After                // put the entry of a user-ordered list after that in Value
	Copy                 // make another list entry, with the key in Value, like it

	DeleteMatching // take away what stands below and fits the expression in Value
	Substitute     // put With for the expression in Value in all values below
)

// Edit is one change. For a leaf the value to set is in Value; list entries and
// leaf-list values are named by the last step of the Path.
type Edit struct {
	Op    Op
	Path  Path
	Value string
	With  string // Substitute: what comes instead, with \1 for what was in parentheses
	Limit string // Substitute: how many values may change; empty for all
	Pos   Position
}

// Name is what the edit is about in one word, for problems.
func (e *Edit) Name() string {
	if len(e.Path) == 0 {
		return ""
	}
	return e.Path[len(e.Path)-1].Name()
}

// Position is a place in the source that an edit or problem comes from, counted
// from 1. The zero Position is no place.
type Position struct {
	Line   int
	Column int // in bytes
}

// Severity tells a problem that stops an action from one that does not.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// String returns the word of the error-severity element.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Code is the kind of a problem, independent of its wording. Its string is also
// the error-tag of RFC 6241 appendix A where there is a fitting one.
type Code string

// The codes.
const (
	SyntaxError    Code = "syntax-error"        // words that the grammar does not allow
	UnknownElement Code = "unknown-element"     // XML or JSON name that does not exist here
	MissingValue   Code = "missing-element"     // the line ends too early
	InvalidValue   Code = "invalid-value"       // not allowed by type, range or pattern
	NotFound       Code = "data-missing"        // statement not found
	Exists         Code = "data-exists"         // create or rename onto something
	TooBig         Code = "too-big"             // deeper or longer than we take
	Protected      Code = "access-denied"       // below a protect: mark
	BadAttribute   Code = "bad-attribute"       // operation, insert ... with a wrong value
	Semantic       Code = "operation-failed"    // the statements contradict each other
	Unapplied      Code = "operation-not-acted" // accepted, but the fabric does not act on it
)

// Problem is one thing that is wrong, in the one form that every face renders.
type Problem struct {
	Path     string // words of the level, as Path.String prints them; empty at the top
	Severity Severity
	Code     Code
	Text     string   // as Junos says it, without path and position
	Token    string   // the word at fault (bad-element); may be empty
	Pos      Position // where it stands in the source; may be zero
}

// Error returns the text alone, so that a Problem can travel as an error.
func (p Problem) Error() string { return p.Text }

// Banner returns the level of the problem as [edit ...].
func (p Problem) Banner() string { return Banner(p.Path) }

// Failed reports whether one of the problems is an error.
func Failed(problems []Problem) bool {
	for _, p := range problems {
		if p.Severity == Error {
			return true
		}
	}
	return false
}

// The bounds of what is taken. Whoever exceeds them gets a TooBig problem.
const (
	MaxDepth    = 64       // steps of a path, braces, elements
	maxProblems = 100      // of one source; then one more says that there are others
	maxSource   = 64 << 20 // bytes of one source
)

// Problems is a list that stops growing where nobody would read on.
type Problems struct {
	List  []Problem
	count int
}

// Add appends a problem.
func (p *Problems) Add(x Problem) {
	p.count++
	switch {
	case p.count <= maxProblems:
		p.List = append(p.List, x)
	case p.count == maxProblems+1:
		p.List = append(p.List, Problem{Severity: Error, Code: TooBig, Text: "too many errors", Pos: x.Pos})
	}
}

package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// MaxRollback is the highest number that rollback takes (Junos keeps fifty).
const MaxRollback = 49

// ClientOther is the client of what the fabric commits by itself, or to keep a fact. It
// makes no configuration to roll back to unless it changes one.
const ClientOther = "other"

// Revision is one committed configuration without its text.
type Revision struct {
	Number  uint64
	Last    uint64 // newest revision that repeats it for a reason outside of the configuration
	User    string
	Client  string // cli, netconf, other
	Comment string
	At      time.Time
}

// History is where committed configurations are kept.
type History interface {
	// Revisions returns the newest revisions that changed the configuration or that an
	// operator committed, newest first: rollback 0, 1, 2 ...
	Revisions(ctx context.Context, limit int) ([]Revision, error)
	// Text returns the configuration of a revision in Junos text form.
	Text(ctx context.Context, revision uint64) (string, error)
	// Find returns any revision that is kept.
	Find(ctx context.Context, revision uint64) (Revision, error)
}

// Change is what somebody wants to commit.
type Change struct {
	Parent  uint64 // revision that it was made from; refused when another one is current
	Tree    conf.Tree
	Text    string // the same, as it is kept
	User    string
	Client  string
	Comment string
	Confirm Confirm // how long the change waits to be confirmed
	Alone   bool    // no operator is there who could put right what is refused for his own sake
	// Progress hears each step as it happens, in words. It must not block; nil: nobody
	// listens.
	Progress func(step string)
}

// Confirm says how a commit waits to be confirmed. The zero value is one for good.
type Confirm struct {
	After   time.Duration
	Persist string // whoever confirms must know it (RFC 6241 section 8.4); empty: nobody asks for it
	Owner   string // session that alone may confirm it, and whose end takes it back; empty: any may
}

// Claim is what somebody shows who wants to confirm a commit.
type Claim struct {
	Persist string // persist-id
	Owner   string // his session
}

// Result is what became of a commit.
type Result struct {
	Committed bool
	Revision  uint64
	Members   []MemberResult // members that were asked, in order of their names
	Problems  []conf.Problem // why not, or warnings
}

// MemberResult is what one member did with a commit.
type MemberResult struct {
	Name  string
	State string // committed, owes, refused, aborted
	Path  string // of a refusal
	Text  string // of a refusal
}

// Committer carries a configuration out on the fabric.
type Committer interface {
	// Check reports what is wrong with the configuration.
	Check(ctx context.Context, t conf.Tree) []conf.Problem
	// Commit carries it out on all members or none. An error means that nothing
	// was decided, or that the verdict is not known; its text says which.
	Commit(ctx context.Context, c Change) (Result, error)
	// Pending is why no operator may commit now: another commit is kept for later.
	Pending() error
	// Claim is why an operator may not confirm what waits, which every commit does.
	Claim(c Claim) error
	// Confirm makes a commit permanent that waits to be confirmed, by the user, the
	// client and with the comment of the change. It returns the revision that repeats
	// the configuration for that, 0 when none waits.
	Confirm(ctx context.Context, by Change) (revision uint64, err error)
}

// What sessions are refused with. Locked carries more and is a type.
var (
	// ErrReadOnly: this director does not lead and reaches none that does. A ReadOnly
	// says why.
	ErrReadOnly = errors.New("no director leads at the moment: the configuration can be read but not changed")
	// ErrModified: the shared candidate holds changes, so that nobody can have it alone.
	ErrModified = errors.New("configuration database modified")
	// ErrNotPrivate: update without a candidate of one's own.
	ErrNotPrivate = errors.New("update goes with configure private alone: the shared candidate is always up to date")
	// ErrNotLocked: unlock without a lock.
	ErrNotLocked = errors.New("configuration database is not locked by this session")
)

// Locked says who keeps the configuration database for himself.
type Locked struct{ Editor Editor }

// Error is what Junos prints when another session holds the exclusive lock.
func (l Locked) Error() string {
	return fmt.Sprintf("configuration database locked by:\n  %s", l.Editor)
}

// ReadOnly is ErrReadOnly with its reason.
type ReadOnly struct{ Why string }

// Error says why nothing can be changed.
func (r ReadOnly) Error() string {
	return r.Why + ": the configuration can be read but not changed"
}

// Is makes it an ErrReadOnly.
func (r ReadOnly) Is(target error) bool { return target == ErrReadOnly }

// NotReady says why nothing was decided about a commit: the directors are busy, have just
// changed, or a newer revision came in between. The same may be asked again.
type NotReady struct{ Why string }

// Error says that the commit failed, and why.
func (n NotReady) Error() string { return "commit failed: " + n.Why }

// Config is what a Database needs.
type Config struct {
	Schema    *schema.Schema
	History   History
	Committer Committer
	Clock     clock.Clock
}

// Database is the one configuration of the fabric and its candidates.
type Database struct {
	cfg    Config
	commit chan struct{} // holds one token: whoever has it may commit

	mu struct {
		sync.Mutex
		writable  bool
		why       string // it is not writable; empty: nobody knows
		active    conf.Tree
		revision  uint64
		head      uint64    // newest revision that holds active
		candidate conf.Tree // shared
		sessions  []*Session
		exclusive *Session
		next      uint64
	}
}

// New returns a read-only database that holds the empty configuration: see Load.
func New(cfg Config) *Database {
	d := &Database{cfg: cfg, commit: make(chan struct{}, 1)}
	d.mu.active = conf.New(cfg.Schema)
	d.mu.candidate = d.mu.active
	return d
}

// Parse reads a configuration in text form as it is kept in the store.
func (d *Database) Parse(text string) (conf.Tree, error) {
	t, problems := conf.New(d.cfg.Schema).Load(conf.Request{Action: conf.LoadOverride, Format: conf.Text, Source: []byte(text)})
	for _, p := range problems {
		if p.Severity == conf.Error {
			return t, fmt.Errorf("line %d: %s %s", p.Pos.Line, p.Banner(), p.Text)
		}
	}
	return t, nil
}

// Load makes the newest committed configuration the active one. It is called when
// a leadership begins and, on a director that does not lead, when the store has a
// newer revision. Uncommitted changes of the shared candidate are laid over it, as far
// as they go together.
func (d *Database) Load(ctx context.Context, writable bool) error {
	revs, err := d.cfg.History.Revisions(ctx, 1)
	if err != nil {
		return fmt.Errorf("read newest revision: %w", err)
	}
	if len(revs) == 0 {
		return errors.New("read newest revision: the datastore holds none")
	}
	d.mu.Lock()
	same := d.mu.revision == revs[0].Number && d.mu.writable == writable && d.mu.revision != 0
	if same {
		d.mu.head = max(d.mu.head, revs[0].Last)
	}
	d.mu.Unlock()
	if same {
		return nil
	}
	text, err := d.cfg.History.Text(ctx, revs[0].Number)
	if err != nil {
		return fmt.Errorf("read revision %d: %w", revs[0].Number, err)
	}
	tree, err := d.Parse(text)
	if err != nil {
		return fmt.Errorf("revision %d: %w", revs[0].Number, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.mu.active
	d.mu.active, d.mu.revision, d.mu.writable = tree, revs[0].Number, writable
	d.mu.head = max(revs[0].Number, revs[0].Last)
	d.rebase(before)
	return nil
}

// Demote makes the database read-only: this director leads no more. What operators
// have in hand stays theirs, to be shown, and to be committed should this director lead
// again.
func (d *Database) Demote() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.writable = false
}

// Assume makes a configuration the active one that was known before the datastore
// could be read. The database stays read-only.
func (d *Database) Assume(tree conf.Tree, revision uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.active, d.mu.candidate, d.mu.revision, d.mu.head = tree, tree, revision, revision
}

// Explain says why the database is read-only, as long as it is; empty: no reason is
// known.
func (d *Database) Explain(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.why = why
}

// readOnly is the refusal of every change; the lock is held.
func (d *Database) readOnly() error {
	if d.mu.why == "" {
		return ErrReadOnly
	}
	return ReadOnly{d.mu.why}
}

// ReadOnly is why nothing can be changed; nil when it can.
func (d *Database) ReadOnly() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mu.writable {
		return nil
	}
	return d.readOnly()
}

// Active returns the committed configuration and its revision.
func (d *Database) Active() (conf.Tree, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.active, d.mu.revision
}

// Now is the time by the clock of the database.
func (d *Database) Now() time.Time { return d.cfg.Clock.Now() }

// Shared returns the shared candidate.
func (d *Database) Shared() conf.Tree {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.candidate
}

// Revisions returns the newest revisions, newest first.
func (d *Database) Revisions(ctx context.Context, limit int) ([]Revision, error) {
	return d.cfg.History.Revisions(ctx, limit)
}

// Archived returns any revision that is kept, with its configuration.
func (d *Database) Archived(ctx context.Context, number uint64) (Revision, conf.Tree, error) {
	r, err := d.cfg.History.Find(ctx, number)
	if err != nil {
		return r, conf.Tree{}, err
	}
	tree, err := d.revision(ctx, number)
	return r, tree, err
}

// Back returns the configuration that rollback n means.
func (d *Database) Back(ctx context.Context, n int) (conf.Tree, error) {
	active, _ := d.Active()
	if n == 0 {
		return active, nil
	}
	if n < 0 || n > MaxRollback {
		return active, fmt.Errorf("rollback number %d is not in 0..%d", n, MaxRollback)
	}
	revs, err := d.cfg.History.Revisions(ctx, n+1)
	if err != nil {
		return active, fmt.Errorf("read revisions: %w", err)
	}
	if len(revs) <= n {
		return active, fmt.Errorf("rollback %d: there is no such configuration, the oldest is %d", n, max(len(revs)-1, 0))
	}
	text, err := d.cfg.History.Text(ctx, revs[n].Number)
	if err != nil {
		return active, fmt.Errorf("rollback %d: %w", n, err)
	}
	tree, err := d.Parse(text)
	if err != nil {
		return active, fmt.Errorf("rollback %d: %w", n, err)
	}
	return tree, nil
}

// Present returns all sessions.
func (d *Database) Present() []Editor {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Editor
	for _, s := range d.mu.sessions {
		out = append(out, s.editor())
	}
	return out
}

func (d *Database) drop(s *Session) {
	d.mu.sessions = slices.DeleteFunc(d.mu.sessions, func(o *Session) bool { return o == s })
}

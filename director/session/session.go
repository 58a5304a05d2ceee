package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/junos/conf"
)

// Mode says how a session edits.
type Mode uint8

// The modes. A session that only looks is Viewing.
const (
	Viewing   Mode = iota
	Shared         // configure: everybody's candidate
	Exclusive      // configure exclusive, lock: the shared candidate, kept for oneself
	Private        // configure private: a candidate of one's own
)

// Who is the operator behind a session.
type Who struct {
	ID     uint32 // of the session, for whoever ends it
	User   string
	Client string // cli, netconf, other
	Remote string // address or terminal, as it is shown to others

	Terminal string // of his shell; empty: he has none
	PID      int    // of his shell; 0: none
}

// Editor is a session that edits, as others see it.
type Editor struct {
	Who
	Level string // of the configuration that he works at, in words
	Mode  Mode
	Since time.Time
	Idle  time.Duration
}

// String prints the editor as Junos lists one, with the level that he works at.
func (e Editor) String() string {
	idle, at := e.Idle.Round(time.Second), "terminal "+e.Terminal
	if e.Terminal == "" {
		at = e.Client + " session from " + e.Remote
	}
	if e.PID != 0 {
		at += fmt.Sprintf(" (pid %d)", e.PID)
	}
	mode := map[Mode]string{Exclusive: "exclusive ", Private: "private "}[e.Mode]
	since := e.Since.UTC().Format("2006-01-02 15:04:05 MST")
	if idle > 0 {
		since += fmt.Sprintf(", idle %02d:%02d:%02d", int(idle.Hours()), int(idle.Minutes())%60, int(idle.Seconds())%60)
	}
	return fmt.Sprintf("%s %s on since %s\n      %s%s", e.User, at, since, mode, conf.Banner(e.Level))
}

// Session is one operator at the configuration database.
type Session struct {
	db  *Database
	who Who

	// Guarded by db.mu.
	mode    Mode
	level   string // of the configuration, in words
	locked  bool   // by lock, not by configure exclusive: unlock leaves Shared behind
	since   time.Time
	used    time.Time
	base    conf.Tree // Private: the active configuration that own grew from
	from    uint64    // Private: its revision
	own     conf.Tree // Private
	touched bool      // has changed the shared candidate since the last commit
	closed  bool
	limit   Limit // nil: no limit
}

// Limit returns the first statement that an operator may not change among those
// that differ; false when he may change them all. It must be pure and quick.
type Limit func(before, after conf.Tree) (at conf.Path, denied bool)

// Restrict sets what the operator may change from now on, and notes that he is
// there. The faces call it before each operation, since a commit may have taken
// rights from him meanwhile.
func (s *Session) Restrict(l Limit) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	s.limit, s.used = l, s.db.cfg.Clock.Now()
}

// Open starts a session that looks.
func (d *Database) Open(who Who) *Session {
	now := d.cfg.Clock.Now()
	s := &Session{db: d, who: who, since: now, used: now}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.sessions = append(d.mu.sessions, s)
	return s
}

// Close ends the session: its lock is freed, and what only it could have committed
// is dropped.
func (s *Session) Close() {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if !s.closed {
		s.leave()
		s.closed = true
		s.db.drop(s)
	}
}

func (s *Session) editor() Editor {
	return Editor{Who: s.who, Level: s.level, Mode: s.mode, Since: s.since, Idle: s.db.cfg.Clock.Now().Sub(s.used)}
}

// Status is who edits, and whether there is anything to commit.
type Status struct {
	Editors  []Editor
	Modified bool // the candidate holds changes that are not committed
}

// String prints the notices that Junos prints behind `Entering configuration mode`,
// where Editors are the others, and as `status`.
func (e Status) String() string {
	var b strings.Builder
	if len(e.Editors) > 0 {
		b.WriteString("Users currently editing the configuration:\n")
		for _, o := range e.Editors {
			fmt.Fprintf(&b, "  %s\n", o)
		}
	}
	if e.Modified {
		b.WriteString("The configuration has been changed but not committed\n")
	}
	return b.String()
}

// Work notes the level of the configuration that he works at.
func (s *Session) Work(level string) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	s.level = level
}

// Enter begins to edit and tells who else does.
func (s *Session) Enter(mode Mode) (Status, error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return Status{}, err
	}
	if mode == Exclusive {
		if err := s.lock(); err != nil {
			return Status{}, err
		}
	}
	if mode == Private && s.mode != Private {
		s.open()
	}
	s.mode, s.locked = mode, false
	return s.status(func(o *Session) bool { return o != s }), nil
}

// Status tells who edits, this session included.
func (s *Session) Status() Status {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return s.status(func(*Session) bool { return true })
}

func (s *Session) status(whom func(*Session) bool) Status {
	st := Status{Modified: s.modified()}
	for _, o := range s.db.mu.sessions {
		if whom(o) && o.mode != Viewing {
			st.Editors = append(st.Editors, o.editor())
		}
	}
	return st
}

// open makes the private candidate the active configuration; the lock is held.
func (s *Session) open() {
	s.base, s.own, s.from = s.db.mu.active, s.db.mu.active, s.db.mu.revision
}

// Leave ends editing. Uncommitted changes of an exclusive or private session are
// dropped and reported; those of the shared candidate stay.
func (s *Session) Leave() (dropped bool) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return s.leave()
}

func (s *Session) leave() (dropped bool) {
	mu := &s.db.mu
	switch {
	case s.mode == Private:
		dropped = s.modified()
	case mu.exclusive == s:
		dropped = s.modified()
		mu.candidate, mu.exclusive = mu.active, nil
	}
	s.mode, s.locked, s.touched = Viewing, false, false
	return dropped
}

// Lock keeps the shared candidate for this session (RFC 6241 section 7.5).
func (s *Session) Lock() error {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return err
	}
	if err := s.lock(); err != nil {
		return err
	}
	s.locked = s.mode != Exclusive
	s.mode = Exclusive
	return nil
}

func (s *Session) lock() error {
	mu := &s.db.mu
	if mu.exclusive == nil && !same(mu.candidate, mu.active) {
		return ErrModified
	}
	mu.exclusive = s
	return nil
}

// Unlock gives the shared candidate back; uncommitted changes are dropped
// (RFC 6241 section 8.3.5.2).
func (s *Session) Unlock() error {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if s.db.mu.exclusive != s {
		return ErrNotLocked
	}
	s.leave()
	return nil
}

// mayEdit is asked before every change; the lock of the database is held.
func (s *Session) mayEdit() error {
	mu := &s.db.mu
	s.used = s.db.cfg.Clock.Now()
	switch {
	case !mu.writable:
		return s.db.readOnly()
	case mu.exclusive != nil && mu.exclusive != s && s.mode != Private:
		return Locked{mu.exclusive.editor()}
	}
	return nil
}

// Candidate returns the configuration that this session edits: its own or the
// shared one.
func (s *Session) Candidate() conf.Tree {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return s.candidate()
}

func (s *Session) candidate() conf.Tree {
	if s.mode == Private {
		return s.own
	}
	return s.db.mu.candidate
}

// change replaces the candidate by what f makes of it. f is pure and quick, so it
// runs under the lock and no other change comes between.
func (s *Session) change(f func(conf.Tree) (conf.Tree, []conf.Problem)) ([]conf.Problem, error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return nil, err
	}
	if s.mode == Viewing {
		s.mode = Shared
	}
	next, problems := f(s.candidate())
	if conf.Failed(problems) {
		return problems, nil
	}
	if s.limit != nil {
		if at, denied := s.limit(s.candidate(), next); denied {
			return []conf.Problem{{Path: at.String(), Code: conf.Semantic, Text: "permission denied"}}, nil
		}
	}
	if s.mode == Private {
		s.own = next
		if same(next, s.db.mu.active) { // nothing of his own is left: he is up to date
			s.open()
		}
	} else {
		s.db.mu.candidate, s.touched = next, true
	}
	return problems, nil
}

// Load carries a load out on the candidate, whole or not at all.
func (s *Session) Load(r conf.Request) ([]conf.Problem, error) {
	return s.change(func(t conf.Tree) (conf.Tree, []conf.Problem) { return t.Load(r) })
}

// Apply carries edits out on the candidate, whole or not at all.
func (s *Session) Apply(edits []conf.Edit) ([]conf.Problem, error) {
	return s.change(func(t conf.Tree) (conf.Tree, []conf.Problem) { return t.Apply(edits) })
}

// Rollback makes the candidate what rollback n means; 0 is the active one, and drops
// what is not committed, be it that something is protected.
func (s *Session) Rollback(ctx context.Context, n int) ([]conf.Problem, error) {
	tree, err := s.db.Back(ctx, n)
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return s.change(func(conf.Tree) (conf.Tree, []conf.Problem) { return tree, nil })
	}
	return s.Replace(tree)
}

// Replace makes the candidate a configuration that was committed or saved as the rescue
// configuration, as far as the operator may change all that differs. What is protected
// now goes back as well, since this is what he falls back on when nothing else helps; a
// warning names it.
func (s *Session) Replace(tree conf.Tree) ([]conf.Problem, error) {
	return s.change(func(t conf.Tree) (conf.Tree, []conf.Problem) {
		problems := conf.Guarded(t, tree, "is protected, and goes back with the rest")
		for i := range problems {
			problems[i].Severity = conf.Warning
		}
		return tree, problems
	})
}

// Compare writes the candidate's difference from rollback n at a level of the
// configuration; it is empty when there is none.
func (s *Session) Compare(ctx context.Context, n int, at conf.Path) (string, error) {
	old, err := s.db.Back(ctx, n)
	if err != nil {
		return "", err
	}
	return conf.Compare(old, s.Candidate(), at), nil
}

// Modified reports whether the candidate holds changes that are not committed: those
// that others committed meanwhile are none of a private one.
func (s *Session) Modified() bool {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return s.modified()
}

func (s *Session) modified() bool {
	if s.mode == Private {
		return !same(s.own, s.base)
	}
	return !same(s.db.mu.candidate, s.db.mu.active)
}

// Editing returns how the session edits.
func (s *Session) Editing() Mode {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	return s.mode
}

func same(a, b conf.Tree) bool { return a.Root() == b.Root() || a.Hash() == b.Hash() }

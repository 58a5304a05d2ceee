package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"oneswitch/director/commit"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

// patience bounds one call to the store. It is longer than a failover of the
// database and far shorter than an operator's.
const patience = 10 * time.Second

// drive is one run of a Driver: what its loop owns.
type drive struct {
	*Driver
	ctx     context.Context // the run's
	state   commit.State
	results chan commit.Event // from workers
	timer   clock.Timer
	armed   commit.Timer
	store   *line
	members map[inventory.MemberID]*line
	working sync.WaitGroup
}

// Run drives until ctx ends. A commit that waits is answered before it returns.
// It is called once.
func (d *Driver) Run(ctx context.Context) error {
	defer close(d.done)
	ctx, cancel := context.WithCancel(ctx)
	r := &drive{
		Driver: d, ctx: ctx, state: d.State(),
		results: make(chan commit.Event),
		timer:   d.cfg.Clock.NewTimer(time.Hour),
		members: map[inventory.MemberID]*line{},
	}
	r.timer.Stop()
	r.store = r.newLine()
	tick := d.cfg.Clock.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case e := <-d.incoming:
			r.step(e)
		case e := <-r.results:
			r.step(e)
		case <-d.cfg.Members.Happened():
			for _, e := range d.cfg.Members.Drain() {
				r.step(e)
			}
		case <-r.timer.C():
			r.step(commit.Expired{Timer: r.armed})
		case <-tick.C():
			r.step(commit.Tick{})
		}
	}
	r.step(commit.Retire{})
	cancel()
	r.working.Wait()
	return nil
}

// step is the one place where the state changes.
func (r *drive) step(e commit.Event) {
	next, effects := commit.Step(r.state, e)
	r.state = next
	r.shown.Store(&next)
	for _, effect := range effects {
		r.perform(effect)
	}
}

// perform carries out what is quick at once and queues what is not: everything for
// the store in one line, everything for a member in that member's line, so that
// each keeps its order.
func (r *drive) perform(effect commit.Effect) {
	switch e := effect.(type) {
	case commit.Recover, commit.Begin, commit.Decide, commit.Learn, commit.Settle:
		r.store.add(func() commit.Event { return r.persist(effect) })
	case commit.Fence:
		r.line(e.Member).add(func() commit.Event { return r.fence(e) })
	case commit.Prepare:
		r.line(e.Intent.Member).add(func() commit.Event { return r.prepare(e) })
	case commit.Commit:
		r.line(e.Member).add(func() commit.Event { return r.commit(e) })
	case commit.Abort:
		r.line(e.Member).add(func() commit.Event { return r.abort(e) })
	case commit.Arm:
		r.armed = e.Timer
		r.timer.Reset(e.After)
	case commit.Reply:
		r.answer(e)
	case commit.Resign:
		if r.cfg.Resign != nil {
			r.cfg.Resign(e.Seen)
		}
	case commit.Note:
		r.note(e)
	case commit.Progress:
		if r.cfg.Progress != nil {
			r.cfg.Progress(e)
		}
	default:
		panic(fmt.Sprintf("fleet: unknown effect %T", effect))
	}
}

func (r *drive) answer(e commit.Reply) {
	r.mu.Lock()
	answer := r.waiting[e.Ask]
	r.mu.Unlock()
	if answer != nil {
		answer <- e.Outcome // has room for the one answer
	}
	o := e.Outcome
	r.cfg.Logger.Info("commit "+o.Verdict.String(), "rev", o.Revision, "epoch", r.state.Epoch, "reason", o.Reason, "refusals", len(o.Refusals), "owing", len(o.Owing))
}

func (r *drive) note(e commit.Note) {
	if e.Alarm {
		r.cfg.Logger.Warn(e.Text, "epoch", r.state.Epoch)
	} else {
		r.cfg.Logger.Info(e.Text, "epoch", r.state.Epoch)
	}
	if r.cfg.Note != nil {
		r.cfg.Note(e.Alarm, e.Text)
	}
}

// line runs jobs one after the other on a goroutine that lives while there are any.
type line struct {
	run  *drive
	mu   sync.Mutex // guards the group below
	jobs []func() commit.Event
	busy bool
}

func (r *drive) newLine() *line { return &line{run: r} }

func (r *drive) line(member inventory.MemberID) *line {
	l := r.members[member]
	if l == nil {
		l = r.newLine()
		r.members[member] = l
	}
	return l
}

func (l *line) add(job func() commit.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.jobs = append(l.jobs, job)
	if !l.busy {
		l.busy = true
		l.run.working.Go(l.work)
	}
}

func (l *line) work() {
	for {
		l.mu.Lock()
		if len(l.jobs) == 0 || l.run.ctx.Err() != nil {
			l.busy = false
			l.mu.Unlock()
			return
		}
		job := l.jobs[0]
		l.jobs = l.jobs[1:]
		l.mu.Unlock()
		event := job()
		if event == nil {
			continue
		}
		select {
		case l.run.results <- event:
		case <-l.run.ctx.Done():
		}
	}
}

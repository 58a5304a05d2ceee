package moment

import (
	"context"
	"log/slog"
	"time"

	"oneswitch/internal/clock"
)

// Task is what waits.
type Task struct {
	What string // for the log
	At   time.Time
	Do   func(context.Context) error
}

// Next returns the nearest task; false when nothing waits.
type Next func(context.Context) (t Task, waits bool, err error)

// RetryAfter is how long a Watch waits after a failure.
const RetryAfter = time.Second

// Config is what a Watch needs.
type Config struct {
	Next  Next
	Clock clock.Clock
	Log   *slog.Logger
}

// Watch waits for moments.
type Watch struct {
	cfg  Config
	poke chan struct{}
}

// New returns a watch that does nothing before Run.
func New(cfg Config) *Watch { return &Watch{cfg: cfg, poke: make(chan struct{}, 1)} }

// Poke says that what waits has changed.
func (w *Watch) Poke() {
	select {
	case w.poke <- struct{}{}:
	default: // it will look anyway
	}
}

// Run does tasks until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	for ctx.Err() == nil {
		t, waits, err := w.cfg.Next(ctx)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				w.cfg.Log.Warn("what waits for its moment was not read", "err", err)
			}
			w.sleep(ctx, RetryAfter)
		case !waits:
			w.idle(ctx)
		default:
			w.meet(ctx, t)
		}
	}
}

// meet waits for the moment of a task and does it, unless something changes before.
func (w *Watch) meet(ctx context.Context, t Task) {
	if left := t.At.Sub(w.cfg.Clock.Now()); left > 0 {
		w.sleep(ctx, left)
		return // look again: it may wait no more, or another one may be due
	}
	if err := t.Do(ctx); err != nil && ctx.Err() == nil {
		w.cfg.Log.Warn("not done at its moment, trying again", "task", t.What, "err", err)
		w.sleep(ctx, RetryAfter)
	}
}

func (w *Watch) idle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-w.poke:
	}
}

func (w *Watch) sleep(ctx context.Context, d time.Duration) {
	t := w.cfg.Clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-w.poke:
	case <-t.C():
	}
}

package northbound

import (
	"context"
	"sync"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// following is a commit that its client watches: it runs beside the session, whose
// requests for its progress are answered meanwhile.
type following struct {
	done  chan struct{} // closed when reply is there
	more  chan struct{} // holds a token when there are new steps
	reply netconf.Reply

	mu    sync.Mutex // guards steps
	steps []string   // that the client has not been told
}

// progressPatience bounds how long a client waits for the next step before it is told
// that there is none yet.
const progressPatience = time.Second

// maxSteps bounds what is kept for a client that does not ask.
const maxSteps = 10_000

func (f *following) tell(step string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.steps) < maxSteps {
		f.steps = append(f.steps, step)
	}
	select {
	case f.more <- struct{}{}:
	default: // it is known
	}
}

func (f *following) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.steps
	f.steps = nil
	return out
}

// follow runs a commit beside the session and answers with its first steps.
func (d *dispatcher) follow(ctx context.Context, commit func(d *dispatcher, progress func(string)) netconf.Reply) netconf.Reply {
	f := &following{done: make(chan struct{}), more: make(chan struct{}, 1)}
	beside := *d // what this operation turned out to be is noted apart from later ones
	beside.following = nil
	d.following, d.did = f, ""
	go func() {
		defer close(f.done)
		clock := d.cfg.Database.Now
		reply := commit(&beside, func(step string) { f.tell(report.Timestamp(clock()) + ": " + step) })
		f.reply = beside.audited(beside.did, d.operations["commit-configuration"].bit, reply)
	}()
	return d.progress(ctx)
}

// progress answers with the steps that the client has not heard of, as soon as there
// are any, and with the reply to the commit itself after the last.
func (d *dispatcher) progress(ctx context.Context) netconf.Reply {
	f := d.following
	if f == nil {
		return netconf.Fail(netconf.Errorf("no commit is followed in this session"))
	}
	patience := time.NewTimer(progressPatience)
	defer patience.Stop()
	select {
	case <-f.more:
	case <-f.done:
	case <-patience.C:
	case <-ctx.Done():
	}
	if steps := f.take(); len(steps) > 0 {
		return element(rpc.CommitProgress{Steps: steps})
	}
	select {
	case <-f.done:
		d.following = nil
		return f.reply
	default:
		return element(rpc.CommitProgress{})
	}
}

// finish waits for a commit that is followed: whatever comes next comes after it.
func (d *dispatcher) finish() {
	if d.following != nil {
		<-d.following.done
		d.following = nil
	}
}

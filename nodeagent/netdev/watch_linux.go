package netdev

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// receiveBuffer holds the updates of thousands of ports at once; with the kernel's
// default 2,673 of 20,000 arrived (dependencies.md section 7).
const receiveBuffer = 16 << 20

// Run reports until ctx ends, and closes the sockets.
func (n *Net) Run(ctx context.Context) error {
	var readers sync.WaitGroup
	for _, s := range n.sockets {
		readers.Go(func() { n.receive(ctx, s) })
	}
	err := n.watch(ctx)
	err = errors.Join(err, n.closeSockets())
	readers.Wait()
	return err
}

// watch subscribes, lists and follows, again and again: the library ends a
// subscription whenever the kernel's queue overflows.
func (n *Net) watch(ctx context.Context) error {
	for first := true; ctx.Err() == nil; first = false {
		if err := n.follow(ctx, first); err != nil {
			if first {
				return err
			}
			select { // the kernel is short of memory: do not spin
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	return nil
}

func (n *Net) follow(ctx context.Context, first bool) error {
	updates, done := make(chan netlink.LinkUpdate, 1024), make(chan struct{})
	defer drain(updates)
	defer close(done)
	err := netlink.LinkSubscribeWithOptions(updates, done, netlink.LinkSubscribeOptions{
		ErrorCallback:     func(error) {}, // told by the end of updates; at the close it reports EAGAIN
		ReceiveBufferSize: receiveBuffer, ReceiveBufferForceSize: true,
	})
	if err != nil {
		close(updates)
		return fmt.Errorf("subscribe to interface changes: %w", err)
	}
	if err := n.list(ctx); err != nil {
		return err
	}
	if first {
		n.report(ctx, Event{Kind: Listed})
	}
	links, err := openCarriers()
	if err != nil {
		return err
	}
	defer links.close()
	ticks := time.NewTicker(carrierInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
			if len(updates) == 0 { // otherwise what waits is older than what would be seen
				n.look(ctx, links)
			}
		case u, ok := <-updates:
			if !ok {
				return nil
			}
			n.update(ctx, u)
		}
	}
}

// drain lets the library's goroutine end, which closes the channel.
func drain(updates <-chan netlink.LinkUpdate) {
	for range updates {
	}
}

// list tells every port that is there and every one that has left unseen.
func (n *Net) list(ctx context.Context) error {
	links, err := netlink.LinkList()
	if err != nil {
		return fmt.Errorf("list interfaces: %w", err)
	}
	there := map[int]bool{}
	for _, l := range links {
		if s, ok := state(l.Attrs()); ok {
			there[s.Index] = true
			n.changed(ctx, s)
		}
	}
	for _, s := range n.states() {
		if !there[s.Index] {
			n.gone(ctx, s)
		}
	}
	return nil
}

func (n *Net) update(ctx context.Context, u netlink.LinkUpdate) {
	if u.IfInfomsg.Family != unix.AF_UNSPEC {
		return // a bridge's view of the same interface
	}
	s, ok := state(u.Attrs())
	old, known := n.at(int(u.Index))
	switch {
	case u.Header.Type == unix.RTM_DELLINK || !ok:
		if known {
			n.gone(ctx, old)
		}
		return
	case known && old.Port != s.Port: // renamed
		n.gone(ctx, old)
	}
	n.changed(ctx, s)
}

func (n *Net) changed(ctx context.Context, s State) {
	n.known.Lock()
	same := n.known.byIndex[s.Index] == s
	n.known.byIndex[s.Index], n.known.index[s.Port] = s, s.Index
	n.known.Unlock()
	if !same {
		n.report(ctx, Event{Kind: Changed, State: s})
	}
}

func (n *Net) gone(ctx context.Context, s State) {
	n.known.Lock()
	delete(n.known.byIndex, s.Index)
	current := n.known.index[s.Port] == s.Index
	if current {
		delete(n.known.index, s.Port)
	}
	n.known.Unlock()
	if current { // another interface may have taken the name already
		n.report(ctx, Event{Kind: Gone, State: State{Port: s.Port}})
	}
}

func (n *Net) report(ctx context.Context, e Event) {
	select {
	case n.events <- e:
	case <-ctx.Done():
	}
}

func (n *Net) at(index int) (State, bool) {
	n.known.RLock()
	defer n.known.RUnlock()
	s, ok := n.known.byIndex[index]
	return s, ok
}

func (n *Net) indexOf(p inventory.Port) (int, bool) {
	n.known.RLock()
	defer n.known.RUnlock()
	i, ok := n.known.index[p]
	return i, ok
}

func (n *Net) states() []State {
	n.known.RLock()
	defer n.known.RUnlock()
	out := make([]State, 0, len(n.known.byIndex))
	for _, s := range n.known.byIndex {
		out = append(out, s)
	}
	return out
}

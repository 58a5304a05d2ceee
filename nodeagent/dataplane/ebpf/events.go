package ebpf

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"

	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/fib"
)

// eventReader carries events from the ring buffer to a channel.
type eventReader struct {
	ring *ringbuf.Reader
	out  chan dataplane.Event
	done chan struct{}
}

// eventBacklog bounds the events that wait for the owner. What does not fit is
// dropped: the source will be seen again.
const eventBacklog = 4096

func readEvents(m *ebpf.Map) (*eventReader, error) {
	ring, err := ringbuf.NewReader(m)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	r := &eventReader{ring, make(chan dataplane.Event, eventBacklog), make(chan struct{})}
	go r.run()
	return r, nil
}

func (r *eventReader) run() {
	defer close(r.done)
	defer close(r.out)
	var record ringbuf.Record
	for {
		switch err := r.ring.ReadInto(&record); {
		case errors.Is(err, ringbuf.ErrClosed):
			return
		case err != nil || len(record.RawSample) < binary.Size(planeEvent{}):
			continue
		}
		select {
		case r.out <- decodeEvent(record.RawSample):
		default:
		}
	}
}

// decodeEvent reads struct event of bpf/defs.h.
func decodeEvent(b []byte) dataplane.Event {
	key := unpackKey(binary.LittleEndian.Uint64(b))
	return dataplane.Event{Learn: fib.Learn{
		Port:   fib.Slot(binary.LittleEndian.Uint32(b[8:])),
		Domain: key.Domain,
		MAC:    key.MAC,
		Moved:  binary.LittleEndian.Uint32(b[12:]) != 0,
	}}
}

func (r *eventReader) close() error {
	err := r.ring.Close()
	<-r.done
	return err
}

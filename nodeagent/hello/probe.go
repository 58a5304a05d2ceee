package hello

import (
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"oneswitch/inventory"
)

// A probe asks the forwarding plane at the far end of a link, and nobody behind it, to
// send it back: whether the link carries frames both ways is known without the far
// end's agent. Its payload:
//
//	magic "OSFP" | kind 1 | zero 3 | count 8 + 8 | seal 16
//
// The plane turns the kind from request to reply and the addresses round (fib.Tables),
// so the seal covers the count alone. It is for its sender to check.
const (
	probeMagic   = "OSFP"
	probeRequest = 1
	probeReply   = 2
	probeCountAt = headerLen + 8
)

// Probe returns the frame of a probe from a port.
func (k Key) Probe(source inventory.MAC, c Count) []byte {
	b := append(header(source, 48), probeMagic...)
	b = c.append(append(b, probeRequest, 0, 0, 0))
	seal := k.probeSeal(c)
	return append(b, seal[:]...)
}

func (k Key) probeSeal(c Count) [sealLen]byte { return k.seal(c.append([]byte("probe"))) }

// IsProbe reports whether a frame of EtherType is a probe and not a hello.
func IsProbe(frame []byte) bool {
	return len(frame) >= probeCountAt && string(frame[headerLen:headerLen+len(probeMagic)]) == probeMagic
}

// IsRequest reports whether a probe is one that nobody has answered: it reached an agent,
// as it does where no plane is attached yet.
func IsRequest(probe []byte) bool { return probe[headerLen+len(probeMagic)] == probeRequest }

// Answer returns the count of a probe of ours that was answered. An error wraps
// ErrForged if we did not send it.
func (k Key) Answer(frame []byte) (Count, error) {
	switch {
	case !IsProbe(frame) || binary.BigEndian.Uint16(frame[12:]) != EtherType:
		return Count{}, errors.New("probe: not a probe")
	case frame[headerLen+len(probeMagic)] != probeReply:
		return Count{}, fmt.Errorf("probe: kind %d is no answer", frame[headerLen+len(probeMagic)])
	case len(frame) < probeCountAt+16+sealLen:
		return Count{}, fmt.Errorf("probe: %w", io.ErrUnexpectedEOF)
	}
	r := reader{b: frame[probeCountAt:]}
	c := r.count()
	if want := k.probeSeal(c); !hmac.Equal(want[:], r.take(sealLen)) {
		return Count{}, fmt.Errorf("probe: %w", ErrForged)
	}
	return c, nil
}

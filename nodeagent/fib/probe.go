package fib

import (
	"bytes"
	"encoding/binary"
)

// A probe asks the forwarding plane at the far end of a fabric link for an echo. The
// payload of a hello's ethertype begins with a magic word, what it is, three zeros, and
// two numbers that are the sender's own; what follows is nobody's.
const (
	probeMagic   = "OSFP"
	probeRequest = 1
	probeReply   = 2
	probeKind    = 14 + len(probeMagic)
	probeLife    = probeKind + 4
	probeNumber  = probeLife + 8
	probeEnd     = probeNumber + 8
)

// Echo is the last probe of ours that came back by a port: in which life of the port it
// was sent, and the how-manieth it was. A plane keeps it for its owner to look at, so
// that an owner who is kept from running misses none.
type Echo struct{ Life, Number uint64 }

// probed decides about a frame that may be a probe or its answer.
func (t Tables) probed(in Slot, f view) (Verdict, bool) {
	if f.tagged || f.ether != etherHello || len(f.frame) < probeEnd || string(f.frame[14:probeKind]) != probeMagic {
		return Verdict{}, false
	}
	switch f.frame[probeKind] {
	case probeRequest:
		return forward(t.reflect(in, f.frame)), true
	case probeReply:
		echo := Echo{binary.BigEndian.Uint64(f.frame[probeLife:]), binary.BigEndian.Uint64(f.frame[probeNumber:])}
		return Verdict{Action: Noted, Echo: echo}, true
	}
	return Verdict{}, false
}

// reflect answers a probe where it came from. No table says whether to: the answer
// tells that this plane is alive, whatever its owner thinks of the link.
func (t Tables) reflect(in Slot, frame []byte) Out {
	b, mac := bytes.Clone(frame), t.Ports[in].MAC
	copy(b, frame[6:12])
	copy(b[6:], mac[:])
	b[probeKind] = probeReply
	return Out{in, b}
}

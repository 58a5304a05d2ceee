package hello

import "oneswitch/inventory"

// A probe asks the forwarding plane at the far end of a link, and nobody behind it, to
// send it back: whether the link carries frames both ways is known without the far
// end's agent. Its payload:
//
//	magic "OSFP" | kind 1 | zero 3 | life 8 | number 8
//
// Two planes and no agent handle it (fib.Echo), so it is not sealed: its life, which
// nobody can guess, tells that it is ours. Whoever is in the middle of a link and can
// read it could as well pass it on.
const (
	probeMagic   = "OSFP"
	probeRequest = 1
)

// Probe returns the frame of a probe from a port.
func Probe(source inventory.MAC, c Count) []byte {
	return c.append(append(append(header(source, 24), probeMagic...), probeRequest, 0, 0, 0))
}

// IsProbe reports whether a frame of EtherType is a probe and not a hello. One that
// comes to an agent had no plane that answered it.
func IsProbe(frame []byte) bool {
	return len(frame) >= headerLen+len(probeMagic) && string(frame[headerLen:headerLen+len(probeMagic)]) == probeMagic
}

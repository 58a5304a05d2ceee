package netconf

import "io"

// Framer cuts a byte stream into messages and back (RFC 6242 sections 4.2 and
// 4.3). Reading and writing may happen on two goroutines; each on one.
type Framer struct {
	rw io.ReadWriter
}

// NewFramer returns a Framer in end-of-message framing, as every session begins.
func NewFramer(rw io.ReadWriter, max int) *Framer { return &Framer{rw: rw} }

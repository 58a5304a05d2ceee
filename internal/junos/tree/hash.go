package tree

import (
	"crypto/sha256"
	"encoding/binary"
)

// Hash is a digest of a configuration or a part of it. Equal configurations have
// equal hashes.
type Hash [16]byte

// Hash returns the digest of the statement and all below it, marks and comments
// included. It is computed once and kept.
func (n *Node) Hash() Hash {
	if h := n.hash.Load(); h != nil {
		return *h
	}
	buf := make([]byte, 0, 128)
	text := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	if n.schema != nil { // else a run, which is what stands in it
		text(n.schema.Name())
		text(n.value)
		text(n.Comment())
		buf = append(buf, bit(n.Inactive())|bit(n.Protected())<<1)
	}
	for _, k := range n.kids {
		h := k.Hash()
		buf = append(buf, h[:]...)
	}
	sum := sha256.Sum256(buf)
	h := Hash(sum[:len(Hash{})])
	n.hash.Store(&h)
	return h
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

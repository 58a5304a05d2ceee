// Package route knows the routes of the fabric and their bytes in BGP: MAC and
// flooding routes (EVPN, RFC 7432), links of the fabric (BGP-LS, RFC 9552),
// route-target membership (RFC 4684) and the path attributes they travel with.
//
// Everything here is a value or a pure function; nothing owns state, and no
// goroutine is started. The Go types (MAC, Flood, Link, Membership) are what
// members work with; the byte functions (NextNLRI, KeyOf, Attrs) are what the
// reflector works with, which never decodes a route that it only passes on.
//
// Invariants: decode(encode(r)) == r for every route; no decoder panics or reads
// outside its input, whatever the bytes are; equal routes have equal keys.
//
// It must never import a BGP library and never open a connection: the bytes are
// ours, and foreign codecs are oracles in tests.
package route

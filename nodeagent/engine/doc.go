// Package engine decides everything that a member does. It is told what happens,
// one Event at a time, and answers with Effects: journal records, table deltas,
// routes to announce, frames to send, replies, log lines.
//
// An Engine does no I/O, starts no goroutine and reads no clock: the time comes
// with each event, and the same events give the same effects. It belongs to the
// goroutine that calls Step, which carries out the effects in their order; that
// order is a contract: a table delta stands before the route that invites traffic
// to it, and a reply stands behind what it acknowledges.
//
// Invariants:
//   - Nothing that the data plane held at Start is taken away before the input that
//     would justify it is complete: local addresses are adopted and announced again,
//     what neighbours reach is believed until they are heard or the carrier is lost,
//     remote addresses and flood members stay until a reflector has sent everything.
//   - A vote is cast, and a commit acknowledged, only after Journaled (D1).
//   - What is kept for a port, a neighbour or an address is bounded.
//
// It must never import an adapter: no netlink, no BPF, no BGP session, no journal
// file, no clock.
package engine

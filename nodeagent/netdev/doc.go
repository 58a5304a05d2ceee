// Package netdev is the member's view of its ports as Linux interfaces: which are
// there, whether they have a carrier, their settings, their counters, and the frames
// of link protocols in and out.
//
// A port is an interface whose name inventory.ParseNetdev understands, in the
// network namespace of the process; all others are none of our business. Ports come
// and go at any time: a cable that is pulled may be an interface that leaves.
//
//	rtnetlink --LinkUpdate--> Net.Run (one goroutine) --Event--> the agent's loop
//	AF_PACKET --frames--> one reader per ethertype ----Event--^
//
// Run owns what is known of the ports, starts the readers and waits for them. Set,
// Send, Quiet and Counters may be called from any goroutine.
//
// Invariants: every port that is there at the start is told before Listed; after a
// loss in the kernel's queue everything is listed anew and what has left is told as
// Gone; one port cannot hand up more than a bounded number of frames a second.
//
// It must never decide what a change means. It and director/vip alone import the
// netlink library.
package netdev

// Package fleet is the director's arm: it keeps a connection to every component
// that calls home, and it carries out what director/commit decides.
//
// Fleet accepts connections (RFC 8071, NETCONF call home: the director is the SSH
// client), runs one goroutine per connection that owns it, and keeps its NETCONF
// sessions open: one for commit traffic, others for operational commands, so that
// a slow show never holds up a commit. It asks every component for a sign of life
// once a second, so that one which has stopped is absent within seconds. Driver owns the commit.State on one
// goroutine; its effects run in workers which report back as events.
//
// Invariants: a serial number belongs to the host key it was first seen with, and
// another key is refused without touching the incumbent; effects are carried out
// in the order that director/commit documents; an effect of an epoch that has
// ended is harmless, because store and members refuse it.
//
// It must never decide what is committed and never know configuration or SQL.
package fleet

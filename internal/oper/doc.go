// Package oper runs operational commands. Each is declared once, as an rpc of the
// schema; here a handler is registered under the rpc's name, and `show ...` as
// text, <command>, and the RPC element all lead to it. Handlers return typed
// reports; the registry renders them in the form that was asked for.
//
// A Registry is filled while a role is put together and only read afterwards, from
// any goroutine; it runs no goroutine of its own and handlers run on the caller's.
//
// Invariants: text and RPC of one command reach the same handler with the same
// arguments; an argument that the schema does not know is refused, never ignored.
// A handler that panics is the session server's to catch (internal/netconf).
//
// It must never know a particular command.
package oper

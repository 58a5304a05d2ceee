// Package rpc is the vocabulary that the components of a fabric speak over
// NETCONF: the member RPCs (identity, prepare, commit, abort), the RPCs that the
// shell and automation use (command, complete, the Junos configuration RPCs) and
// clients with one method for each. The same structs are marshalled by the caller
// and unmarshalled by the callee, so neither can drift from the other.
//
// A client owns nothing but the NETCONF session it was given and may be used from
// any goroutine.
//
// Invariant: what a struct of this package marshals to, Unmarshal reads back to
// an equal value.
//
// It must never import a component (director, nodeagent, fabricctl, cli) nor know
// what an RPC does.
package rpc

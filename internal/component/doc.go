// Package component is the management face of every component but the director:
// node devices, interconnects and fabric controls. It keeps a call-home connection
// (RFC 8071) to every director, listens for SSH and NETCONF on the control plane,
// serves the member RPCs and the operational commands, and answers by itself the
// commands that every component has (version, uptime, processes).
//
//	director <--TCP 4334-- Component.callHome (one goroutine per director)
//	director --ssh client--> sshnet.Server.ServeConn -> netconf.Server -> dispatcher
//	                                          Intents | oper.Registry | Complete
//
// Run owns every goroutine and waits for all of them. The dispatcher of a session
// runs on that session's goroutine, so Intents, Identity and Complete are called
// concurrently and must bring their own order.
//
// Invariants: only the fabric key opens a session; a member RPC is answered only
// after Intents has answered; a lost director is dialled again within a second.
//
// It must never decide about a transaction nor know a role.
package component

// Package lab runs a whole fabric on one machine: every component a process of
// its own in a network namespace of its own, joined by virtual cables. It is what
// `oneswitch up`, `down` and `lab` do.
//
// State: the topology follows from the options and is kept in STATE/lab.json; the
// supervisor process alone owns the child processes and the port forwards, and
// writes what it knows to STATE/run/status.json whenever it changes. Namespaces,
// cables and mounts belong to the kernel; `down` finds them by name and so cleans
// up after a supervisor that was killed.
//
// Invariants: nothing outside STATE and the lab's own namespaces is touched;
// after Down no process, namespace or mount of the lab is left; a child that dies
// is started again.
//
// It must never import a role: the roles are reached by starting the binary.
package lab

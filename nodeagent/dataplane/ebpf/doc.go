// Package ebpf is the forwarding plane in the kernel: two TCX programs on the
// member's ports, and tables that this package writes.
//
// The plane lives in the kernel, this process only owns it: maps and attachments
// are pinned under Options.Pins, so forwarding goes on when the process dies, and
// the next Open adopts what it finds. There is no second copy of the tables on
// this side; Dump reads those that forward. Array maps are written as memory, one
// writer, no system call per entry.
//
// A Plane is owned by one goroutine, whose network namespace is that of the ports.
// One goroutine of its own carries events from the kernel's ring buffer to the
// channel of Events; Close waits for it.
//
// Invariants: a reader in the kernel never misses an address that is in the table
// before and after a change; a cell of the FDB shows its value before its key; a
// port forwards only after its row stands; Close and a crash leave forwarding as
// it is.
//
// It must never learn on its own, age on its own or choose a path: it carries out
// deltas. It knows neither intents nor routes. The BPF sources are in bpf/, one
// header per concern; what they decide is said by fib.Tables.Lookup.
package ebpf

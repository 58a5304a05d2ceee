// Package ebpf is the forwarding plane in the kernel.
package ebpf

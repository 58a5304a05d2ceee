package ebpf

// The objects are committed, so that a build needs no compiler for BPF. Debian's
// clang 14 makes them; another one would make others.
//go:generate go tool bpf2go -go-package ebpf -target bpfel -cc clang-14 -strip llvm-strip-14 -type event -type moment -type port_kind -type drop_reason -type labels -type limits -type fdb_value plane bpf/plane.bpf.c -- -O2 -g -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter -idirafter /usr/include/x86_64-linux-gnu -idirafter /usr/include/aarch64-linux-gnu

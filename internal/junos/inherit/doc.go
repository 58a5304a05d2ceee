// Package inherit makes the effective configuration: what groups, apply-groups,
// interface-range and apply-path say stands at the places that it is meant for.
//
// State: an Expander remembers what it made of the statements of the last
// configuration, so that the next one, which shares most of them, costs only what
// changed; it belongs to one goroutine at a time. Expand keeps nothing. Parts that
// inherit nothing are shared with the tree that came in, and so is what is inherited
// whole with its group.
//
// Invariants: what stands in the configuration itself wins over what is inherited;
// an interface-range is a way to write interfaces, so it wins over groups; the
// nearest apply-groups wins over those around it, and of one apply-groups the first
// group wins; patterns (<*>, <xe-*>) make no entries, they fill those that others
// make; every inherited node says where it comes from (conf.Node.Origin); expanding
// an effective configuration changes nothing; an Expander with a memory answers as
// one without; the size of the result is bounded.
//
// The package must never know what a statement means, apart from interface-range
// and apply-path, which are ways to write interfaces and prefixes.
package inherit

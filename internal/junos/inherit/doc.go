// Package inherit makes the effective configuration: what groups, apply-groups and
// interface-range say stands at the places that it is meant for.
//
// State: none. Expand is a pure function from tree to tree. Parts that inherit
// nothing are shared with the tree that came in, and so is what is inherited whole
// with its group.
//
// Invariants: what stands in the configuration itself wins over what is inherited;
// the nearest apply-groups wins over those around it, and of one apply-groups the
// first group wins; patterns (<*>, <xe-*>) make no entries, they fill those that
// others make; every inherited node says where it comes from (conf.Node.Origin);
// expanding an effective configuration changes nothing; the size of the result is
// bounded.
//
// The package must never know what a statement means, apart from interface-range,
// which is a way to write interfaces.
package inherit

// Package e2e drives a whole fabric from outside: the real binary, real
// namespaces, real frames, a real ssh client. It contains nothing but tests.
//
// The tests need root and Linux; where that is missing they fail and say so.
package e2e

// Package fabrictest runs a whole fabric in one process: the roles' own entry
// points on loopback addresses, the memory plane, and test hosts on its cables. It
// contains nothing but tests, and it is the one place beside main where roles meet.
package fabrictest

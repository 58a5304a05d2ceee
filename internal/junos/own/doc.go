// Package own declares the commands of the shell that are about itself, its files and
// its language. They are no RPCs of anybody, so the schema has nothing to say about
// them; their grammar is of the same form as that of the others.
//
// It is pure. It must never declare what a component answers.
package own

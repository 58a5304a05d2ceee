// Package files is what a user of the shell has of files: a directory of his own, and
// beside it, read-only, the archive of committed configurations as /config.
//
// A Directory belongs to the goroutine of the shell. It keeps where file names are
// relative to and nothing else; every call opens the directory anew.
//
// Invariants: no name, link or race leads out of the user's directory (os.Root);
// what is no regular file is neither read nor written; a file is written whole or
// stays as it was, also when the disk is full; what is read into memory is bounded.
//
// It must never print, and never reach for the network: the archive's texts come from
// whoever made the Directory.
package files

//go:build race

package commit_test

const (
	maxStates = 10_000
	seeds     = 200
)

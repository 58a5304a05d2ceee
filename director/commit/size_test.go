//go:build !race

package commit_test

// How much is explored. The model has one goroutine: the race detector has nothing
// to find in it and makes it ten times slower, so it gets a sample (race_test.go).
const (
	maxStates = 2_000_000 // far above every case of TestModel
	seeds     = 10_000
)

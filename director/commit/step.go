package commit

// Step is the leader's transition function.
func Step(s State, e Event) (State, []Effect) { return s, nil }

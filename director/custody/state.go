package custody

// State is what one director knows of its part. The zero value holds nothing.
type State struct {
	Holding bool
	waited  int  // looks at which the leader found the address with somebody else
	silent  int  // looks in a row at which no other director was heard
	vacant  int  // looks in a row at which nobody answered at the address
	alone   bool // holds although nobody can be heard: it has been found vacant
}

// View is what a director sees at one look.
type View struct {
	Leads    bool // by its lease
	Store    bool // the datastore answers
	Replaced bool // the datastore says that another director leads
	Vacant   bool // nobody answers at the address
	Peers    []Peer
}

// Peer is another director of the group.
type Peer struct {
	Answers bool
	Leads   bool
	Holds   bool // the address
	Before  bool // stands before this director in the group's order
}

// Bounds, in looks.
const (
	handover = 10 // a leader waits so long for whoever has the address to let go
	deaf     = 3  // a custodian whom nobody answers takes himself for cut off
	empty    = 3  // an address at which nobody answers is free
)

// Next says whether this director holds the address after a look.
func (s State) Next(v View) State {
	heard := State{Holding: s.Holding, waited: s.waited, alone: s.alone, silent: s.silent + 1, vacant: s.vacant + 1}
	for _, p := range v.Peers {
		if p.Answers {
			heard.silent, heard.alone = 0, false
		}
	}
	if !v.Vacant {
		heard.vacant = 0
	}
	if !v.Leads {
		heard.waited = 0
	}
	heard.Holding = heard.holds(v)
	if heard.Holding && !s.Holding {
		heard.waited = 0
		heard.alone = !v.Leads && heard.silent > 0
	}
	return heard
}

func (s *State) holds(v View) bool {
	taken, first := false, true // somebody else has it; we are the first of those who could
	for _, p := range v.Peers {
		switch {
		case p.Answers && p.Leads && !v.Leads:
			return false
		case p.Answers && p.Holds && p.Before && !v.Leads:
			return false // two custodians found each other: the first of them stays
		}
		taken = taken || p.Answers && p.Holds
		first = first && !(p.Answers && p.Before)
	}
	switch {
	case v.Leads && !s.Holding && taken:
		s.waited++
		return s.waited >= handover
	case v.Leads:
		return true
	case v.Replaced:
		return false
	case v.Store:
		return s.Holding // whoever is elected will ask for it
	case s.Holding:
		// Whom nobody hears any more is most likely the one that is cut off.
		return len(v.Peers) == 0 || s.alone || s.silent < deaf
	}
	return first && !taken && s.vacant >= empty
}

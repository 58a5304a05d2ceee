package syslog

import (
	"fmt"
	"regexp"
	"strings"
)

// Selector is one line of a destination: a facility and the least severity that
// matters.
type Selector struct {
	Facility Facility
	Severity Severity
	None     bool // nothing of that facility
}

// Filter decides what goes to a destination.
type Filter struct {
	Selectors []Selector
	match     *regexp.Regexp // nil: everything
	except    bool           // what matches stays away
}

// NewFilter returns the filter of selectors and an optional expression; one that
// begins with an exclamation mark keeps matches away, as in Junos.
func NewFilter(selectors []Selector, match string) (Filter, error) {
	f := Filter{Selectors: selectors}
	if match == "" {
		return f, nil
	}
	match, f.except = strings.CutPrefix(match, "!")
	var err error
	if f.match, err = regexp.Compile(match); err != nil {
		return f, fmt.Errorf("regular expression of the log: %w", err)
	}
	return f, nil
}

// Takes reports whether a message goes to the destination. What is said of its own
// facility counts more than what is said of any.
func (f Filter) Takes(m Message) bool {
	taken := false
	for _, s := range f.Selectors {
		if s.Facility == Any {
			taken = !s.None && m.Severity <= s.Severity
		}
	}
	for _, s := range f.Selectors {
		if s.Facility == m.Facility {
			taken = !s.None && m.Severity <= s.Severity
		}
	}
	if taken && f.match != nil {
		taken = f.match.MatchString(m.Line(Form{})) != f.except
	}
	return taken
}

package schema

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// integers are the built-in types of numbers (RFC 7950 section 9.2).
func integers(name string) (yang.YangRange, bool) {
	switch name {
	case "int8":
		return yang.Int8Range, true
	case "int16":
		return yang.Int16Range, true
	case "int32":
		return yang.Int32Range, true
	case "int64":
		return yang.Int64Range, true
	case "uint8":
		return yang.Uint8Range, true
	case "uint16":
		return yang.Uint16Range, true
	case "uint32":
		return yang.Uint32Range, true
	case "uint64":
		return yang.Uint64Range, true
	}
	return nil, false
}

// typeOf compiles the type of a leaf, leaf-list or typedef.
func (c *compiler) typeOf(m *module, s *yang.Statement) *valueType {
	for _, sub := range s.SubStatements() {
		if sub.Keyword == "type" {
			return c.valueType(m, sub)
		}
	}
	c.fail("%s: %s has no type", s.Location(), s.Argument)
	return new(valueType)
}

// valueType compiles a YANG type: a built-in one or a typedef, with what the
// statement restricts.
func (c *compiler) valueType(m *module, s *yang.Statement) *valueType {
	v := &valueType{builtin: s.Argument}
	ranges, integer := integers(s.Argument)
	switch {
	case integer:
		v.integer, v.ranges = true, ranges
	case slices.Contains([]string{"string", "empty", "enumeration", "union"}, s.Argument):
	default:
		base := c.typedef(m, s)
		if len(s.SubStatements()) == 0 {
			return base
		}
		own := *base
		own.patterns = slices.Clip(own.patterns)
		v = &own
	}
	for _, sub := range s.SubStatements() {
		c.restrict(v, m, sub)
	}
	return v
}

// restrict takes one substatement of a type.
func (c *compiler) restrict(v *valueType, m *module, s *yang.Statement) {
	switch s.Keyword {
	case "range":
		v.ranges = c.ranges(s, v.ranges)
	case "length":
		v.lengths = c.ranges(s, v.lengths)
	case "pattern":
		re, err := regexp.Compile(`^(?:` + s.Argument + `)$`)
		if err != nil {
			c.fail("%s: pattern: %w", s.Location(), err)
			return
		}
		v.patterns = append(v.patterns, re)
	case "enum":
		exts := s.SubStatements()
		v.choices = append(v.choices, Choice{s.Argument, argument(exts, "help"), argument(exts, "followed-by")})
	case "type":
		member := c.valueType(m, s)
		v.union = append(v.union, member)
		v.choices = append(v.choices, member.choices...)
	}
}

// ranges parses what a range or length statement allows of what was allowed before.
func (c *compiler) ranges(s *yang.Statement, before yang.YangRange) yang.YangRange {
	text := s.Argument
	if len(before) > 0 {
		text = strings.NewReplacer("min", before[0].Min.String(), "max", before[len(before)-1].Max.String()).Replace(text)
	}
	out, err := yang.ParseRangesInt(text)
	if err != nil {
		c.fail("%s: %s: %w", s.Location(), s.Keyword, err)
	}
	return out
}

// typedef compiles the typedef that a type names. Of the extensions on the typedefs
// that a type is made of the nearest one wins.
func (c *compiler) typedef(m *module, use *yang.Statement) *valueType {
	m, s := c.define(m, use.Argument, func(m *module) map[string]*yang.Statement { return m.typedefs })
	if s == nil {
		c.fail("%s: type %s is not taken", use.Location(), use.Argument)
		return new(valueType)
	}
	v, begun := c.typedefs[s]
	switch {
	case begun && v == nil:
		c.fail("%s: typedef %s is made of itself", use.Location(), s.Argument)
		return new(valueType)
	case begun:
		return v
	}
	c.typedefs[s] = nil
	own := *c.typeOf(m, s)
	exts := s.SubStatements()
	if name := argument(exts, "format"); name != "" {
		f, ok := formats()[name]
		if !ok {
			c.fail("typedef %s: format %q is not one of %q", s.Argument, name, slices.Sorted(maps.Keys(formats())))
		}
		own.format, own.message, own.valueHelp = name, f.message, f.help
	}
	if help := argument(exts, "value-help"); help != "" {
		own.valueHelp = help
	}
	if message := argument(exts, "pattern-message"); message != "" {
		own.message = message
	}
	if lists := references(argument(exts, "refers-to")); len(lists) == 1 {
		own.refersTo = lists[0]
	} else if len(lists) > 1 {
		c.fail("typedef %s: its values name entries of one list", s.Argument)
	}
	c.typedefs[s] = &own
	return &own
}

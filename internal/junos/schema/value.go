package schema

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openconfig/goyang/pkg/yang"
)

// junosError is an error in Junos' own words, which begin with a capital letter
// now and then.
type junosError string

func (e junosError) Error() string { return string(e) }

// maxValue bounds the length of any value, whatever its type allows.
const maxValue = 64 << 10

// valueType checks and spells the values of one type.
type valueType struct {
	builtin   string           // the type of YANG that it restricts
	choices   []Choice         // enumeration
	integer   bool             // a number in one of the ranges
	ranges    yang.YangRange   // of a number
	lengths   yang.YangRange   // of a string
	patterns  []*regexp.Regexp // all of them must match
	format    string           // a format that code checks
	message   string           // when neither pattern nor format fits
	valueHelp string
	union     []*valueType
	refersTo  []string // the list that its values name entries of
}

// withMessage returns a copy with another pattern-message.
func (v *valueType) withMessage(msg string) *valueType {
	w := *v
	w.message = msg
	return &w
}

// Canonical checks a value of a leaf, leaf-list or list key and returns its one
// spelling (leading zeros of numbers go, addresses are shortened). The error's
// text is what Junos prints; it names neither path nor position. Callers that
// have these wrap it in a conf.Problem.
func (n *Node) Canonical(value string) (string, error) {
	if n.keys != nil {
		return n.canonicalKeys(value)
	}
	if n.value == nil || n.kind == Empty {
		return "", fmt.Errorf("%s takes no value", n.name)
	}
	if len(value) > maxValue || !Printable(value) {
		return "", fmt.Errorf("invalid value: %s", quoteValue(value))
	}
	return n.value.canonical(value)
}

// Printable reports whether all formats can carry the text.
func Printable(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, forbidden) }

// forbidden reports characters that no format could carry: XML 1.0 section 2.2
// knows of the control characters only tab and line feed (a carriage return would
// come back as a line feed).
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF || r == 0x7F
}

// quoteValue returns a value as errors quote it: shortened, on one line.
func quoteValue(s string) string {
	if len(s) > 64 {
		s = s[:64] + "..."
	}
	q := strconv.Quote(s)
	return "'" + strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + "'"
}

// Check is Canonical for callers that do not want the spelling.
func (n *Node) Check(value string) error {
	_, err := n.Canonical(value)
	return err
}

// FreeText reports whether any text is a value, so that blanks around it count.
func (n *Node) FreeText() bool {
	if n.keys != nil {
		return len(n.keys) == 1 && n.keys[0].FreeText()
	}
	v := n.value
	return v != nil && !v.integer && v.format == "" && v.choices == nil && v.union == nil && v.patterns == nil
}

// Integer reports whether values are numbers, which JSON writes without quotes.
func (n *Node) Integer() bool {
	if n.keys != nil {
		return len(n.keys) == 1 && n.keys[0].Integer()
	}
	return n.value != nil && n.value.integer
}

func (v *valueType) canonical(value string) (string, error) {
	switch {
	case v.union != nil:
		return v.canonicalUnion(value)
	case v.integer:
		return v.canonicalInteger(value)
	case v.choices != nil:
		if !slices.ContainsFunc(v.choices, func(c Choice) bool { return c.Word == value }) {
			return "", fmt.Errorf("invalid value: %s, expecting %s", quoteValue(value), wordList(v.choices))
		}
		return value, nil
	case v.format != "":
		if s, ok := spell(v.format, value); ok {
			return s, nil
		}
		return "", v.misfit(value)
	}
	if n := utf8.RuneCountInString(value); !within(v.lengths, strconv.Itoa(n)) {
		return "", fmt.Errorf("%s: length %d is not within range (%s)", quoteValue(value), n, rangeText(v.lengths))
	}
	for _, re := range v.patterns {
		if !re.MatchString(value) {
			return "", v.misfit(value)
		}
	}
	return value, nil
}

func (v *valueType) misfit(value string) error {
	if v.message == "" {
		return fmt.Errorf("invalid value: %s", quoteValue(value))
	}
	return fmt.Errorf("%s: %s", v.message, quoteValue(value))
}

// of returns the type in a union that a value is of, or the type itself.
func (v *valueType) of(value string) *valueType {
	for _, m := range v.union {
		if _, err := m.canonical(value); err == nil {
			return m.of(value)
		}
	}
	return v
}

// canonicalUnion takes the first member type that fits. When none does, the message of
// the union itself is the error; without one that of the first stands for all, since
// that is the usual one.
func (v *valueType) canonicalUnion(value string) (string, error) {
	var first error
	for _, m := range v.union {
		s, err := m.canonical(value)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	if v.message != "" {
		return "", v.misfit(value)
	}
	return "", first
}

func (v *valueType) canonicalInteger(value string) (string, error) {
	digits := strings.TrimPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("invalid numeric value: %s", quoteValue(value))
	}
	digits = strings.TrimLeft(digits[:len(digits)-1], "0") + digits[len(digits)-1:]
	if value[0] == '-' && digits != "0" {
		digits = "-" + digits
	}
	if !within(v.ranges, digits) {
		return "", junosError(fmt.Sprintf("Value %s is not within range (%s)", digits, rangeText(v.ranges)))
	}
	return digits, nil
}

// within reports whether a decimal number lies in one of the ranges; no range at
// all allows everything.
func within(ranges yang.YangRange, digits string) bool {
	if len(ranges) == 0 {
		return true
	}
	n, err := yang.ParseInt(digits)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(ranges, func(r yang.YRange) bool { return !n.Less(r.Min) && !r.Max.Less(n) })
}

// rangeText prints ranges as Junos does: 1..4094.
func rangeText(ranges yang.YangRange) string {
	parts := make([]string, 0, len(ranges))
	for _, r := range ranges {
		parts = append(parts, r.Min.String()+".."+r.Max.String())
	}
	return strings.Join(parts, ", ")
}

func wordList(choices []Choice) string {
	words := make([]string, 0, len(choices))
	for _, c := range choices {
		words = append(words, c.Word)
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// format is how values are named that spell knows.
type format struct{ help, message string }

// formats are the formats that spell knows.
func formats() map[string]format {
	address, network := format{"address", "invalid ip address"}, format{"address/length", "invalid ip address or prefix length"}
	return map[string]format{
		"ipv4-address": address, "ipv6-address": address, "ip-address": address,
		"ipv4-interface": network, "ipv6-interface": network, "ip-prefix": {"address/length", "invalid ip prefix"},
		"mac-address":         {"mac-address", "invalid mac address"},
		"prefix-length":       {"/length", "invalid prefix length (expecting /24)"},
		"prefix-length-range": {"/low-/high", "invalid prefix length range (expecting /16-/24)"},
	}
}

// spell checks a value of a format and returns its one spelling.
func spell(format, value string) (string, bool) {
	switch format {
	case "ipv4-address", "ipv6-address", "ip-address":
		a, err := netip.ParseAddr(value)
		ok := err == nil && a.Zone() == "" &&
			(format == "ip-address" || a.Is4() == (format == "ipv4-address"))
		return a.String(), ok
	case "ipv4-interface", "ipv6-interface":
		p, ok := prefix(value)
		return p.String(), ok && p.Addr().Is4() == (format == "ipv4-interface")
	case "ip-prefix":
		p, ok := prefix(value)
		return p.String(), ok
	case "mac-address":
		hw, err := net.ParseMAC(value)
		return hw.String(), err == nil && len(hw) == 6
	case "prefix-length":
		return prefixLength(value)
	case "prefix-length-range":
		low, high, _ := strings.Cut(value, "-")
		low, ok := prefixLength(low)
		high, ok2 := prefixLength(high)
		return low + "-" + high, ok && ok2
	}
	return "", false
}

// prefix reads an address with a length as Junos does: octets at the end of an IPv4
// address may be left out (10/8, 0/0), and an address alone is a host.
func prefix(value string) (netip.Prefix, bool) {
	address, length, ok := strings.Cut(value, "/")
	if !ok {
		a, err := netip.ParseAddr(value)
		return netip.PrefixFrom(a, a.BitLen()), err == nil && a.Zone() == ""
	}
	if dots := strings.Count(address, "."); dots < 3 && !strings.Contains(address, ":") {
		address += strings.Repeat(".0", 3-dots)
	}
	p, err := netip.ParsePrefix(address + "/" + length)
	return p, err == nil
}

// prefixLength spells the length of a prefix: /24.
func prefixLength(value string) (string, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(value, "/"), 10, 8)
	return "/" + strconv.FormatUint(n, 10), err == nil && n <= 128 && strings.HasPrefix(value, "/")
}

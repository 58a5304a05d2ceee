package schema

import "strings"

// Natural compares two names so that numbers in them count as numbers: xe-0/0/2
// stands before xe-0/0/10. It is the order of list entries, and total: it is zero
// for equal strings alone.
func Natural(a, b string) int {
	if a == b {
		return 0
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if !digit(a[i]) || !digit(b[j]) {
			if a[i] != b[j] {
				return int(a[i]) - int(b[j])
			}
			i, j = i+1, j+1
			continue
		}
		x, y := number(a[i:]), number(b[j:])
		i, j = i+len(x), j+len(y)
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if x != y {
			return strings.Compare(x, y)
		}
	}
	if d := (len(a) - i) - (len(b) - j); d != 0 {
		return d
	}
	return strings.Compare(a, b) // they differ in leading zeros alone
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// number returns the run of digits at the head of s.
func number(s string) string {
	n := 1
	for n < len(s) && digit(s[n]) {
		n++
	}
	return s[:n]
}

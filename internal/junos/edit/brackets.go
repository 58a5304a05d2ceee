package edit

import (
	"slices"
	"strconv"
	"strings"
)

// MaxRange bounds how many words one word with ranges may stand for.
const MaxRange = 8192

// Ranges replaces each set of numbers in brackets by the numbers that it lists:
// xe-0/0/[0-3,!2,7] is xe-0/0/0, xe-0/0/1, xe-0/0/3 and xe-0/0/7. It reports false
// when a set makes no sense or there are too many words.
func Ranges(word string) ([]string, bool) {
	open := strings.IndexByte(word, '[')
	if open < 0 {
		return []string{word}, !strings.Contains(word, "]")
	}
	length := strings.IndexByte(word[open:], ']')
	if length < 0 {
		return nil, false
	}
	rest, ok := Ranges(word[open+length+1:])
	numbers, ok2 := numberSet(word[open+1 : open+length])
	if !ok || !ok2 || len(numbers)*len(rest) > MaxRange {
		return nil, false
	}
	out := make([]string, 0, len(numbers)*len(rest))
	for _, n := range numbers {
		for _, r := range rest {
			out = append(out, word[:open]+strconv.Itoa(n)+r)
		}
	}
	return out, true
}

// numberSet reads numbers and ranges between commas; those behind ! are taken out.
func numberSet(list string) ([]int, bool) {
	var in, out []int
	for part := range strings.SplitSeq(list, ",") {
		part, not := strings.CutPrefix(part, "!")
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, err := strconv.ParseUint(low, 10, 16)
		to, err2 := strconv.ParseUint(high, 10, 16)
		if err != nil || err2 != nil || from > to || to-from >= MaxRange || len(in) > MaxRange {
			return nil, false
		}
		for n := int(from); n <= int(to); n++ {
			if not {
				out = append(out, n)
			} else {
				in = append(in, n)
			}
		}
	}
	in = slices.DeleteFunc(in, func(n int) bool { return slices.Contains(out, n) })
	return in, len(in) > 0
}

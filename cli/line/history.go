package line

// maxHistory is how many lines a history keeps.
const maxHistory = 1000

// History is the lines entered in one mode, oldest first.
type History struct{ lines []string }

// NewHistory begins a history with lines of earlier sessions.
func NewHistory(lines []string) *History {
	h := &History{}
	for _, l := range lines {
		h.Add(l)
	}
	return h
}

// Add appends a line; an empty one and a repetition of the last are left out.
func (h *History) Add(line string) {
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	if h.lines = append(h.lines, line); len(h.lines) > maxHistory {
		h.lines = append([]string(nil), h.lines[len(h.lines)-maxHistory:]...)
	}
}

// Lines returns the lines, oldest first.
func (h *History) Lines() []string { return append([]string(nil), h.lines...) }

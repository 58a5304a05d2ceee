package line

// maxHistory is how many lines a history keeps.
const maxHistory = 1000

// History is the lines entered in one mode, oldest first. It belongs to the
// goroutine of the editor.
type History struct {
	lines []string
	keep  func(line string) bool
}

// NewHistory begins a history with lines of earlier sessions. keep is asked about
// each line that is entered, may write it down, and returns false for one that must
// not be remembered, because it holds a secret; nil keeps all.
func NewHistory(lines []string, keep func(line string) bool) *History {
	h := &History{}
	for _, l := range lines {
		h.Add(l)
	}
	h.keep = keep
	return h
}

// Add appends a line; an empty one and a repetition of the last are left out.
func (h *History) Add(line string) {
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	if h.keep != nil && !h.keep(line) {
		return
	}
	if h.lines = append(h.lines, line); len(h.lines) > maxHistory {
		h.lines = append([]string(nil), h.lines[len(h.lines)-maxHistory:]...)
	}
}

// Lines returns the lines, oldest first.
func (h *History) Lines() []string { return append([]string(nil), h.lines...) }

// recall is a walk through a history while one line is edited. A line that was
// changed on the way keeps the change until the line is entered.
type recall struct {
	lines []string // those of the history, and the new one
	at    int
}

func newRecall(h *History) *recall {
	lines := append(h.Lines(), "")
	return &recall{lines: lines, at: len(lines) - 1}
}

// move goes to another line, by steps or as far as there are lines; now is the text
// of the line left. ok is false when there is nothing further.
func (r *recall) move(steps int, now string) (text string, ok bool) {
	to := min(max(r.at+steps, 0), len(r.lines)-1)
	if to == r.at {
		return "", false
	}
	r.lines[r.at], r.at = now, to
	return r.lines[to], true
}

package line

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// pager shows a text page by page.
type pager struct {
	term   *Terminal
	lines  []string
	top    int // first line of the page on the screen
	next   int // first line that has not been shown
	height int // rows of a page
	width  int
	find   string
	asked  bool // the first prompt says only that there is more
	hold   bool // stay behind the last page
	// follows says that a page is what the window holds: it changes with it.
	follows bool
}

// Page prints a text and stops after each page of height rows for a key (QF-REF
// northbound 1, "pager"); a height of 0 or a text that fits is printed at once.
// It returns false when the user has left the text with q or ^C.
func (t *Terminal) Page(text string, height int) bool {
	width, _ := t.Size()
	p := &pager{term: t, lines: splitLines(text), height: height - 1, width: width}
	if !t.echo || height <= 1 || p.rowsOf(p.lines) <= p.height {
		t.Print(text)
		return true
	}
	return p.run()
}

// Hold prints a text page by page and stays in the pager behind the last one, so
// that the user can go back (`| hold`).
func (t *Terminal) Hold(text string, height int) {
	width, _ := t.Size()
	p := &pager{term: t, lines: splitLines(text), height: height - 1, width: width, hold: true}
	if !t.echo || height <= 1 {
		t.Print(text)
		return
	}
	p.run()
}

// run shows page after page; false when the user has left.
func (p *pager) run() bool {
	_, window := p.term.Size()
	p.follows = p.height == window-1
	p.page()
	for p.next < len(p.lines) || p.hold {
		key, err := p.ask()
		if err != nil || !p.obey(key) {
			return false
		}
	}
	return true
}

// resize takes over a new size of the window; a screen length that the user has set
// stays.
func (p *pager) resize() {
	width, window := p.term.Size()
	p.width = width
	if p.follows {
		p.height = max(window-1, 1)
	}
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
}

// rows is how many rows of the window a line takes.
func (p *pager) rows(line string) int {
	n := utf8.RuneCountInString(strings.TrimRight(line, "\n"))
	return max(1, (n+p.width-1)/p.width)
}

func (p *pager) rowsOf(lines []string) int {
	n := 0
	for _, l := range lines {
		if n += p.rows(l); n > p.height {
			break
		}
	}
	return n
}

// page prints the lines that fill the window.
func (p *pager) page() {
	p.top = p.next
	p.print(p.height)
}

// print prints lines until so many rows are full, at least one line.
func (p *pager) print(rows int) {
	var b strings.Builder
	for first := true; p.next < len(p.lines); first = false {
		n := p.rows(p.lines[p.next])
		if n > rows && !first {
			break
		}
		rows -= n
		b.WriteString(strings.TrimRight(p.lines[p.next], "\n") + "\n")
		p.next++
	}
	p.term.Print(b.String())
}

// ask shows the prompt of the pager, waits for a key and wipes the prompt away.
func (p *pager) ask() ([]byte, error) {
	text := "---(more)---"
	if p.asked || p.next == len(p.lines) {
		text = "---(more " + strconv.Itoa(p.next*100/max(len(p.lines), 1)) + "%)---"
	}
	p.asked = true
	p.term.Print(text)
	key, err := p.term.key(0)
	p.resize()
	p.term.Print("\r" + strings.Repeat(" ", len(text)) + "\r")
	return key, err
}

// obey does what a key says; false ends the pager.
func (p *pager) obey(key []byte) bool {
	switch string(key) {
	case " ", "\x06", "\x1b[6~", "\t":
		p.page()
	case "\r", "\n", "\x0e", "\x1b[B":
		p.on(1)
	case "d", "\x04":
		p.on(p.height / 2)
	case "b", "\x02", "\x1b[5~":
		p.back()
	case "g":
		p.next = 0
		p.page()
	case "G", "\x05":
		p.next = max(p.next, len(p.lines)-p.height)
		p.page()
	case "/":
		p.search()
	case "n":
		p.seek()
	case "h", "?":
		p.term.Print(pagerHelp)
	case "q", "Q", "\x03", "\x0b":
		return false
	}
	return true
}

const pagerHelp = "Space: next page, Enter: next line, b: page back, d: half a page, g: beginning,\n" +
	"G: end, /text: search, n: search again, q: quit\n"

// on shows a few more rows; what was shown before moves up.
func (p *pager) on(rows int) {
	p.print(rows)
	p.top = p.pageBefore(p.next)
}

// back shows the page before the one on the screen.
func (p *pager) back() {
	p.next = p.pageBefore(p.top)
	p.page()
}

// pageBefore is the first line of the page that ends before a line.
func (p *pager) pageBefore(line int) int {
	rows := 0
	for line > 0 && rows+p.rows(p.lines[line-1]) <= p.height {
		line--
		rows += p.rows(p.lines[line])
	}
	return line
}

// search asks for a text and goes to it.
func (p *pager) search() {
	p.term.Print("/")
	text, _, err := p.term.typed(maxAnswer, 0)
	if err != nil {
		return
	}
	if text != "" {
		p.find = text
	}
	p.seek()
}

// seek goes to the next line that contains the text searched for.
func (p *pager) seek() {
	for i := p.next; p.find != "" && i < len(p.lines); i++ {
		if strings.Contains(p.lines[i], p.find) {
			p.next = i
			p.page()
			return
		}
	}
	p.term.Print("Pattern not found\n")
}

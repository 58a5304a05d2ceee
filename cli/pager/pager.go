package pager

import (
	"strconv"
	"strings"
)

// Screen is the terminal as the pager needs it.
type Screen interface {
	// Print writes text; a line feed begins a new line.
	Print(text string)
	// Size is the window now.
	Size() (width, height int)
	// Key waits for the next key. The error says that none will come.
	Key() ([]byte, error)
	// Line reads a line behind a prompt. The error says that the user gave it up, or
	// that no key will come.
	Line(prompt string) (string, error)
	// Columns is how many cells a character takes.
	Columns(r rune) int
}

// Options are how a text is shown.
type Options struct {
	Rows int  // of a page with its prompt; 0 or 1: all at once
	Hold bool // stay behind the last page
	// Save writes what is shown into a file of the user and returns what to tell him; nil
	// where there are no files.
	Save func(name, text string) string
}

// Show prints a text and stops after each page for a key. A text that fits the page
// is printed at once. It returns false when the user has left the text.
func Show(s Screen, answer string, o Options) bool {
	p := &pager{screen: s, text: newText(answer), opt: o}
	width, height := s.Size()
	p.follows = o.Rows == height
	p.width, p.height = width, o.Rows-1
	if o.Rows <= 1 || !o.Hold && p.fits() {
		s.Print(answer)
		return true
	}
	return p.run()
}

// pager shows one text.
type pager struct {
	screen Screen
	text   *text
	opt    Options

	top    int // first line of the page on the screen
	next   int // first line that has not been shown
	height int // rows of a page
	width  int
	asked  bool   // the first prompt says only that there is more
	said   string // stands in the prompt once: what became of the last key
	stay   bool   // there is something to look at even though the text is at its end
	last   search // what n repeats
	// follows says that a page is what the window holds: it changes with it.
	follows bool
}

// run shows page after page; false when the user has left.
func (p *pager) run() bool {
	p.page()
	for p.next < len(p.text.lines) || p.opt.Hold || p.stay || p.said != "" {
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
	width, height := p.screen.Size()
	p.width = width
	if p.follows {
		p.height = max(height-1, 1)
	}
}

// fits reports whether the whole text goes on one page.
func (p *pager) fits() bool {
	n := 0
	for _, l := range p.text.lines {
		if n += p.rows(l); n > p.height {
			return false
		}
	}
	return true
}

func (p *pager) rows(line string) int { return rows(line, p.width, p.screen.Columns) }

// page prints the lines that fill the window.
func (p *pager) page() {
	p.top = p.next
	p.print(p.height)
}

// print prints lines until so many rows are full, at least one line.
func (p *pager) print(room int) {
	var b strings.Builder
	for first := true; p.next < len(p.text.lines); first = false {
		line := p.text.lines[p.next]
		n := p.rows(line)
		if n > room && !first {
			break
		}
		room -= n
		b.WriteString(line + "\n")
		p.next++
	}
	p.screen.Print(b.String())
}

// ask shows the prompt of the pager, waits for a key and wipes the prompt away.
func (p *pager) ask() ([]byte, error) {
	prompt := "---(more)---"
	if p.asked || p.next == len(p.text.lines) {
		prompt = "---(more " + strconv.Itoa(p.percent()) + "%)---"
	}
	if p.said != "" {
		prompt, p.said = "---("+p.said+")---", ""
	}
	if row := []rune(prompt); len(row) >= p.width { // it must be on one row to be wiped away
		prompt = string(row[:max(p.width-1, 0)])
	}
	p.asked = true
	p.screen.Print(prompt)
	key, err := p.screen.Key()
	p.resize()
	p.wipe(prompt)
	return key, err
}

// percent is how much of the text has been shown.
func (p *pager) percent() int {
	if len(p.text.lines) == 0 {
		return 100
	}
	return p.next * 100 / len(p.text.lines)
}

// wipe takes a prompt off the screen.
func (p *pager) wipe(prompt string) {
	p.screen.Print("\r" + strings.Repeat(" ", len([]rune(prompt))) + "\r")
}

// on shows a few more rows; what was shown before moves up.
func (p *pager) on(rows int) {
	p.print(max(rows, 1))
	p.top = p.before(p.next, p.height)
}

// back shows the page that begins so many rows before the one on the screen.
func (p *pager) back(rows int) {
	p.next = p.before(p.top, max(rows, 1))
	p.page()
}

// from shows the page that begins at a line.
func (p *pager) from(line int) {
	p.next = line
	p.page()
}

// end shows the last page.
func (p *pager) end() {
	p.next = max(p.next, p.before(len(p.text.lines), p.height))
	p.page()
}

// before is the line that begins so many rows before another.
func (p *pager) before(line, room int) int {
	n := 0
	for line > 0 && (n == 0 || n+p.rows(p.text.lines[line-1]) <= room) {
		line--
		n += p.rows(p.text.lines[line])
	}
	return line
}

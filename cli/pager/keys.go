package pager

import (
	"math"
	"strings"

	"oneswitch/internal/report"
)

// help is what h shows: the keys as Junos groups them.
const help = `---(Help for CLI automore)---
  Clear all match and except strings:         c or C
  Display all lines matching a regexp:        m or M <string>
  Display all lines except those matching:    e or E <string>
  Display this help text:                     h
  Don't hold in automore at bottom of output: N
  Hold in automore at bottom of output:       H
  Move down half display:                     TAB, d, or ^D
  Move down one line:                         Enter, j, ^N, ^X, ^Z, or Down-Arrow
  Move down one page:                         Space, ^F, or Page-Down
  Move to bottom of output:                   G, ^E, or End
  Move to top of output:                      g, ^A, or Home
  Move up half display:                       u or ^U
  Move up one line:                           k, Delete, Backspace, ^P, or Up-Arrow
  Move up one page:                           b, ^B, or Page-Up
  Quit automore:                              q, Q, ^C, or ^K
  Redraw display:                             ^L
  Repeat previous search:                     n
  Save displayed text into file:              s or S <filename>
  Search backward thru output for regexp:     ? <string>
  Search forward thru output for regexp:      / <string>
`

// obey does what a key says; false ends the pager.
func (p *pager) obey(key []byte) bool {
	p.stay = false
	switch k := string(key); k {
	case "q", "Q", "\x03", "\x0b":
		return false
	case "N": // the rest at once, and no hold
		p.opt.Hold = false
		p.print(math.MaxInt)
	case "H":
		p.opt.Hold = true
		p.said = "hold at the bottom"
	case "h":
		p.screen.Print(help)
		p.stay = true
	case "c", "C":
		if p.text.clear() {
			p.from(0)
		}
	case "m", "M":
		p.filter("match: ", true)
	case "e", "E":
		p.filter("except: ", false)
	case "s", "S":
		p.save()
	case "/":
		p.search("/", false)
	case "?":
		p.search("?", true)
	case "n":
		p.seek(p.last)
	default:
		p.move(k)
	}
	return true
}

// move goes through the text.
func (p *pager) move(key string) {
	switch key {
	case " ", "\x06", "\x1b[6~":
		p.page()
	case "\r", "\n", "j", "\x0e", "\x18", "\x1a", "\x1b[B", "\x1bOB":
		p.on(1)
	case "\t", "d", "\x04":
		p.on(p.height / 2)
	case "b", "\x02", "\x1b[5~":
		p.back(p.height)
	case "u", "\x15":
		p.back(p.height / 2)
	case "k", "\x10", "\x08", "\x7f", "\x1b[A", "\x1bOA":
		p.back(1)
	case "g", "\x01", "\x1b[H", "\x1b[1~", "\x1bOH":
		p.from(0)
	case "G", "\x05", "\x1b[F", "\x1b[4~", "\x1bOF":
		p.end()
	case "\x0c":
		p.from(p.top)
	}
}

// search is what was looked for, and which way.
type search struct {
	pattern string
	back    bool
}

// search asks for an expression and goes to where it fits. Without one the search
// before is repeated.
func (p *pager) search(prompt string, back bool) {
	pattern, ok := p.line(prompt)
	if !ok {
		return
	}
	if pattern == "" {
		pattern = p.last.pattern
	}
	p.last = search{pattern, back}
	p.seek(p.last)
}

// seek goes to the next line that fits, or the one before.
func (p *pager) seek(s search) {
	if s.pattern == "" {
		p.said = "No previous search"
		return
	}
	re, err := report.Pattern(s.pattern)
	if err != nil {
		p.said = err.Error()
		return
	}
	if s.back {
		for i := p.top - 1; i >= 0; i-- {
			if re.MatchString(p.text.lines[i]) {
				p.from(i)
				return
			}
		}
	} else {
		// From the line behind the one that is found already at the top of the page.
		for i := p.top + 1; i < len(p.text.lines); i++ {
			if re.MatchString(p.text.lines[i]) {
				p.from(i)
				return
			}
		}
	}
	p.said = "Pattern not found"
}

// filter asks for an expression and shows the text anew with the lines that fit, or
// with the others.
func (p *pager) filter(prompt string, keep bool) {
	pattern, ok := p.line(prompt)
	if !ok || pattern == "" {
		return
	}
	re, err := report.Pattern(pattern)
	if err != nil {
		p.said = err.Error()
		return
	}
	p.text.add(filter{re, keep})
	p.stay = true // also when nothing is left: c brings it back
	p.from(0)
}

// save asks for a file and writes the text into it as the filters leave it.
func (p *pager) save() {
	if p.opt.Save == nil {
		p.said = "there are no files here"
		return
	}
	if name, ok := p.line("filename: "); ok && name != "" {
		p.said = strings.TrimSuffix(p.opt.Save(name, p.text.whole()), "\n")
	}
}

// line asks for a line of text and takes the question off the screen. ok is false
// when the user gave it up.
func (p *pager) line(prompt string) (text string, ok bool) {
	text, err := p.screen.Line(prompt)
	return strings.TrimSpace(text), err == nil
}

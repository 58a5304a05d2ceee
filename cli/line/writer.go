package line

import (
	"io"
	"strconv"
	"strings"

	prompt "github.com/c-bata/go-prompt"
)

// writer is go-prompt's output (QF-REF dependencies 4). The stock one redraws
// the whole line at every key, which tools that read their echo back cannot
// follow. This one keeps two models of the line, what should stand there and what
// does, and at Flush sends only the difference.
//
// A model is a row of cells; a wide character takes two, the second one empty, and a
// combining one stands in the cell of the character before it.
type writer struct {
	out   io.Writer
	width func() int // of the real window
	dumb  bool       // the terminal follows no escape sequence

	want   []string // the line as go-prompt wants it
	cursor int      // where it wants the cursor
	shown  []string // the line on the screen
	at     int      // where the cursor is on the screen
	wide   int      // the window when the line was drawn
	// pending says that the last column of a row was just written: the terminal has
	// not wrapped yet, and terminals do not agree on what a backspace does there.
	pending bool
}

var _ prompt.ConsoleWriter = (*writer)(nil)

// put writes text at the cursor of the model, over what stands there.
func (w *writer) put(text string) {
	for _, r := range text {
		switch n := columns(r); {
		case r == '\n':
			w.send()
			w.breakLine()
		case r < ' ':
		case n == 0 && w.cursor > 0:
			w.want[w.cursor-1] += string(r)
		case n > 0:
			w.set(string(r))
			if n == 2 {
				w.set("")
			}
		}
	}
}

// columns is how many cells go-prompt counts for a character. Beyond Latin it is
// asked, since both models must agree.
func columns(r rune) int {
	if r < 0x300 {
		return 1
	}
	b := prompt.NewBuffer()
	b.InsertText(string(r), false, true)
	return b.DisplayCursorPosition()
}

// Columns is how many cells of the screen a text without control characters takes.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += columns(r)
	}
	return n
}

func (w *writer) set(cell string) {
	if w.cursor < len(w.want) {
		w.want[w.cursor] = cell
	} else {
		w.want = append(w.want, cell)
	}
	w.cursor++
}

// breakLine ends the line on the screen and begins an empty one.
func (w *writer) breakLine() {
	var b strings.Builder
	w.move(&b, len(w.shown))
	b.WriteString("\r\n")
	_, _ = io.WriteString(w.out, b.String())
	w.reset()
}

// echo shows a key behind the line that does not become part of it.
func (w *writer) echo(key string) {
	w.cursor = len(w.want)
	w.put(key)
	w.send()
}

// reset says that the cursor stands at the beginning of an empty line.
func (w *writer) reset() {
	w.want, w.shown, w.cursor, w.at, w.pending, w.wide = nil, nil, 0, 0, false, 0
}

// show begins a line with the prompt, before go-prompt is asked to. It will write
// the same from the beginning, and so find nothing to send.
func (w *writer) show(prompt string) {
	w.reset()
	w.put(prompt)
	w.send()
	w.cursor = 0
}

// send makes the screen look like the model in one write.
func (w *writer) send() {
	w.resized()
	same := 0
	for same < len(w.want) && same < len(w.shown) && w.want[same] == w.shown[same] {
		same++
	}
	var b strings.Builder
	if same < len(w.want) || same < len(w.shown) {
		// Only the rest differs: go there, write it, blank what was longer.
		w.move(&b, same)
		gone := max(len(w.shown)-len(w.want), 0)
		w.shown = append([]string(nil), w.want...)
		cells := append(w.want[:len(w.want):len(w.want)], blanks(gone)...)
		w.write(&b, cells, len(cells))
		w.moveOver(&b, cells, min(w.cursor, len(w.shown)))
	}
	w.move(&b, w.cursor)
	if b.Len() > 0 {
		_, _ = io.WriteString(w.out, b.String())
	}
}

func blanks(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = " "
	}
	return out
}

// resized begins the line anew when the window has another width and the line took
// more than a row of it: terminals do not agree on what they do with such a line.
func (w *writer) resized() {
	width := w.width()
	if w.wide != 0 && w.wide != width && len(w.shown) > min(w.wide, width) {
		_, _ = io.WriteString(w.out, "\r\n")
		w.shown, w.at, w.pending = nil, 0, false
	}
	w.wide = width
}

// write sends the cells up to one, from where the cursor is.
func (w *writer) write(b *strings.Builder, cells []string, to int) {
	if to <= w.at {
		return
	}
	for _, cell := range cells[w.at:to] {
		b.WriteString(cell)
	}
	w.at, w.pending = to, to%max(w.width(), 1) == 0
}

// move brings the cursor to a cell of the shown line.
func (w *writer) move(b *strings.Builder, to int) { w.moveOver(b, w.shown, to) }

// moveOver brings the cursor to a cell of what stands on the screen. Within a row
// of the window that takes backspaces, or the characters that stand there anyway,
// so that any terminal follows; only a change of row needs an escape sequence, and a
// terminal that knows none gets the line once more, up to the cursor.
func (w *writer) moveOver(b *strings.Builder, cells []string, to int) {
	if to >= w.at {
		w.write(b, cells, min(to, len(cells)))
		return
	}
	width := max(w.width(), 1)
	row, toRow := w.at/width, to/width
	if w.pending {
		row--
	}
	if row == toRow && !w.pending {
		b.WriteString(strings.Repeat("\b", w.at-to))
		w.at = to
		return
	}
	if w.dumb && row > toRow {
		b.WriteString("\r\n")
		w.at, w.pending = 0, false
		w.write(b, cells, to)
		return
	}
	b.WriteByte('\r')
	if row > toRow {
		b.WriteString("\x1b[" + strconv.Itoa(row-toRow) + "A")
	}
	w.at, w.pending = toRow*width, false
	w.write(b, cells, to)
}

// What follows is go-prompt's ConsoleWriter. Colours, titles and the like do not
// exist here; the cursor moves in the model.

func (w *writer) WriteRaw([]byte)                    {} // only a line feed where the roomy window wraps
func (w *writer) Write(data []byte)                  { w.put(string(data)) }
func (w *writer) WriteRawStr(string)                 {}
func (w *writer) WriteStr(data string)               { w.put(data) }
func (w *writer) Flush() error                       { w.send(); return nil }
func (w *writer) EraseScreen()                       {}
func (w *writer) EraseUp()                           {}
func (w *writer) EraseDown()                         { w.want = w.want[:min(w.cursor, len(w.want))] }
func (w *writer) EraseStartOfLine()                  {}
func (w *writer) EraseEndOfLine()                    { w.EraseDown() }
func (w *writer) EraseLine()                         {}
func (w *writer) ShowCursor()                        {}
func (w *writer) HideCursor()                        {}
func (w *writer) CursorGoTo(int, int)                {}
func (w *writer) CursorUp(int)                       {}
func (w *writer) CursorDown(int)                     {}
func (w *writer) CursorForward(n int)                { w.cursor = min(max(w.cursor+n, 0), len(w.want)) }
func (w *writer) CursorBackward(n int)               { w.CursorForward(-n) }
func (w *writer) AskForCPR()                         {}
func (w *writer) SaveCursor()                        {}
func (w *writer) UnSaveCursor()                      {}
func (w *writer) ScrollDown()                        {}
func (w *writer) ScrollUp()                          {}
func (w *writer) SetTitle(string)                    {}
func (w *writer) ClearTitle()                        {}
func (w *writer) SetColor(_, _ prompt.Color, _ bool) {}

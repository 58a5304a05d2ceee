package line

import (
	"io"
	"strings"
	"time"

	prompt "github.com/c-bata/go-prompt"
)

// Key is what asks the completer.
type Key byte

// The completion keys.
const (
	KeySpace    Key = ' '
	KeyTab      Key = '\t'
	KeyQuestion Key = '?'
)

// Completer answers a completion key at the end of the text before the cursor.
// insert goes into the line at the cursor; print is shown below the line, and the
// prompt and the line again below that.
type Completer func(key Key, before string) (insert, print string)

// Prompt is what stands before the line: Banner on lines of its own ("" for
// none, else with its line feeds), Text in front of the cursor.
type Prompt struct {
	Banner string
	Again  func() string // Banner at the moment when it is drawn again; nil: as it was
	Text   string
	Rows   int           // of a page, when a list of completions is long; 0: all at once
	Idle   time.Duration // how long nobody may type; 0: for ever
}

// Editor reads lines from a Terminal. It belongs to one goroutine.
type Editor struct {
	term     *Terminal
	complete Completer

	parser *parser
	writer *writer
	prompt *prompt.Prompt // nil until a line is edited: New leaks a descriptor, so there is one
	now    Prompt
	past   *History
	recall *recall // the walk through it in this line
	insert inserted
}

// NewEditor returns an editor; complete may be nil.
func NewEditor(t *Terminal, complete Completer) *Editor {
	if complete == nil {
		complete = func(Key, string) (string, string) { return "", "" }
	}
	return &Editor{
		term: t, complete: complete,
		parser: &parser{queue: t.queue, idle: t.idle},
		writer: &writer{out: t.out, dumb: t.dumb, width: func() int { width, _ := t.Size(); return width }},
	}
}

// ReadLine shows the prompt and returns the line that the user enters, which is
// added to the history. The error is io.EOF when the input is over, ErrEnd
// after ^D on an empty line, ErrIdle when nobody typed. Without a terminal there is no prompt.
func (e *Editor) ReadLine(p Prompt, h *History) (string, error) {
	if !e.term.echo {
		return e.plainLine()
	}
	if e.term.expired {
		return "", ErrIdle
	}
	e.now, e.past, e.recall = p, h, newRecall(h)
	e.term.Print(p.Banner)
	e.writer.show(p.Text)
	e.term.idle.begin(p.Idle)
	if !e.awaitKey() {
		return "", ErrIdle
	}
	text, ready := e.typedAhead()
	if !ready {
		text = e.edit()
	}
	switch {
	case e.parser.expired:
		return "", ErrIdle
	case text == "" && e.term.queue.ended():
		return "", io.EOF
	case text == "" && !ready && e.parser.end:
		return "", ErrEnd
	}
	h.Add(strings.TrimSpace(text))
	return text, nil
}

// awaitKey waits at the untouched prompt for the first key; false when nobody comes
// for too long.
func (e *Editor) awaitKey() bool {
	idle := e.term.idle
	for {
		timer := idle.clock.NewTimer(idle.next())
		came := e.term.queue.wait(timer.C())
		timer.Stop()
		switch {
		case came:
			idle.touch()
			return true
		case idle.over():
			e.writer.breakLine()
			return false
		}
		if text := idle.warning() + e.term.queue.takeNews(); text != "" {
			e.below(text)
			e.writer.show(e.now.Text)
		}
	}
}

// plainLine reads a line without editing.
func (e *Editor) plainLine() (string, error) {
	b, err := e.term.queue.await(nil, plainLine)
	if err != nil {
		return "", io.EOF
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// typedAhead takes a whole line of plain text that is waiting already. It looks on
// the screen as if it had been edited, without go-prompt's 10 ms for each key: a
// thousand pasted lines take no time.
func (e *Editor) typedAhead() (string, bool) {
	b, err := e.term.queue.take(func(b []byte, _ bool) int { return wholeLine(b) + 1 })
	if err != nil || b == nil {
		return "", false
	}
	text := e.spaced(strings.ToValidUTF8(string(b[:len(b)-1]), ""))
	e.term.Print(text + "\n")
	return text, true
}

// spaced gives each blank of a line that was typed ahead what the key does, save that
// nobody is there to read what is wrong with the word: Enter will tell. A tab is a blank:
// it may be one of a text that was pasted, where nobody wants a name completed.
func (e *Editor) spaced(text string) string {
	var out strings.Builder
	for _, c := range strings.ReplaceAll(text, "\t", " ") {
		insert := string(c)
		if c == ' ' && !inQuotes(out.String()) {
			if completed, print := e.complete(KeySpace, out.String()); print == "" {
				insert = completed
			}
		}
		out.WriteString(insert)
	}
	return out.String()
}

// edit reads one line by go-prompt. It is entered when the first key is there: from
// then on go-prompt looks for keys a hundred times a second, and most shells of a
// night stand at an untouched prompt.
func (e *Editor) edit() string {
	if e.prompt == nil {
		e.prompt = e.newPrompt()
	}
	return e.prompt.Input()
}

func (e *Editor) newPrompt() *prompt.Prompt {
	keys := &emacs{}
	nothing := func(prompt.Document) []prompt.Suggest { return nil }
	return prompt.New(func(string) {}, nothing,
		prompt.OptionParser(e.parser),
		prompt.OptionWriter(e.writer),
		prompt.OptionLivePrefix(func() (string, bool) { return e.now.Text, true }),
		prompt.OptionSwitchKeyBindMode(prompt.CommonKeyBind),
		prompt.OptionAddKeyBind(keys.keys()...),
		prompt.OptionAddKeyBind(prompt.KeyBind{Key: prompt.Tab, Fn: e.completion(KeyTab)}),
		prompt.OptionAddASCIICodeBind(keys.sequences()...),
		prompt.OptionAddASCIICodeBind(
			prompt.ASCIICodeBind{ASCIICode: []byte("?"), Fn: e.completion(KeyQuestion)},
			prompt.ASCIICodeBind{ASCIICode: []byte(" "), Fn: e.completion(KeySpace)},
			prompt.ASCIICodeBind{ASCIICode: []byte(seqRedraw), Fn: func(*prompt.Buffer) { e.below("") }},
			prompt.ASCIICodeBind{ASCIICode: []byte(seqSearch), Fn: e.search},
			prompt.ASCIICodeBind{ASCIICode: []byte(seqCancel), Fn: e.cancel},
			prompt.ASCIICodeBind{ASCIICode: []byte(seqWarn), Fn: func(*prompt.Buffer) { e.below(e.parser.warning) }},
		),
		prompt.OptionAddASCIICodeBind(e.remembering()...),
	)
}

// completion is the binding of a completion key. What it prints goes below the
// line; go-prompt then draws prompt and line anew.
func (e *Editor) completion(key Key) prompt.KeyBindFunc {
	return func(b *prompt.Buffer) {
		defer e.parser.hold(false)
		before := b.Document().TextBeforeCursor()
		if key != KeyTab && inQuotes(before) {
			b.InsertText(string(key), false, true)
			return
		}
		insert, print := e.complete(key, before)
		if key == KeySpace && print != "" && e.term.queue.goesOn() {
			insert, print = " ", "" // he types on: Enter will tell what is wrong
		}
		if print != "" {
			if key == KeyQuestion && b.Document().TextAfterCursor() == "" {
				e.writer.echo("?") // it is seen where it was typed, and is not part of the line
			}
			e.below(print)
		}
		if insert != "" {
			b.InsertText(insert, false, true)
		}
	}
}

// below prints text under the line and leaves an empty line to draw on.
func (e *Editor) below(text string) {
	e.writer.breakLine()
	e.term.Page(text, e.now.Rows)
	e.term.Print(strings.TrimPrefix(e.banner(), "\n"))
}

// banner is what stands above a prompt that is drawn again.
func (e *Editor) banner() string {
	if e.now.Again != nil {
		return e.now.Again()
	}
	return e.now.Banner
}

// cancel is ^C: the line is thrown away and a new one begun.
func (e *Editor) cancel(b *prompt.Buffer) {
	e.writer.echo("^C")
	e.writer.breakLine()
	e.term.Print(e.banner())
	setText(b, "")
	e.recall = newRecall(e.past)
}

// setText puts another line in place of the one that is edited.
func setText(b *prompt.Buffer, text string) {
	prompt.GoLineEnd(b)
	b.DeleteBeforeCursor(len([]rune(b.Text())))
	b.InsertText(text, false, true)
}

// inQuotes reports whether a quote is open at the end of the text: there a blank
// is a blank and a question mark is one.
func inQuotes(text string) bool {
	open := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && open:
			i++
		case text[i] == '"':
			open = !open
		}
	}
	return open
}

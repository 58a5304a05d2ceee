package line

import (
	"slices"
	"strings"

	prompt "github.com/c-bata/go-prompt"
)

// remembering are the bindings of the keys that bring lines and words of the history
// back: ^P and ^N, M-< and M->, M-. for the last word of a line, M-/ for a word that
// begins like the one typed.
func (e *Editor) remembering() []prompt.ASCIICodeBind {
	walk := func(steps int) prompt.KeyBindFunc {
		return func(b *prompt.Buffer) {
			if text, ok := e.recall.move(steps, b.Text()); ok {
				setText(b, text)
			}
		}
	}
	return []prompt.ASCIICodeBind{
		{ASCIICode: []byte(seqOlder), Fn: walk(-1)},
		{ASCIICode: []byte(seqNewer), Fn: walk(1)},
		{ASCIICode: []byte(metaOldest), Fn: walk(-maxHistory - 1)},
		{ASCIICode: []byte(metaNewest), Fn: walk(maxHistory + 1)},
		{ASCIICode: []byte(metaLastWord), Fn: e.lastWord},
		{ASCIICode: []byte(metaExpand), Fn: e.expand},
	}
}

// inserted is the word that M-. or M-/ has put into the line: the same key once more
// puts the next one in its place.
type inserted struct {
	before string   // the line up to the cursor, the word included
	word   string   // what was inserted
	more   []string // what comes next
}

func (e *Editor) lastWord(b *prompt.Buffer) {
	var words []string
	for _, l := range slices.Backward(e.past.Lines()) {
		if f := strings.Fields(l); len(f) > 0 {
			words = append(words, f[len(f)-1])
		}
	}
	e.offer(b, words)
}

func (e *Editor) expand(b *prompt.Buffer) {
	text := []rune(b.Document().TextBeforeCursor())
	begun := string(text[len(text)-wordBefore(b):])
	var endings []string
	for _, l := range slices.Backward(e.past.Lines()) {
		for _, w := range slices.Backward(strings.Fields(l)) {
			if ending, ok := strings.CutPrefix(w, begun); ok && begun != "" && ending != "" {
				endings = append(endings, ending)
			}
		}
	}
	e.offer(b, endings)
}

// offer inserts the first of the words, or the next one of those offered last, when
// nothing was typed since.
func (e *Editor) offer(b *prompt.Buffer, words []string) {
	last := e.insert
	if last.word != "" && b.Document().TextBeforeCursor() == last.before {
		words = last.more
		if len(words) > 0 {
			b.DeleteBeforeCursor(len([]rune(last.word)))
		}
	}
	if len(words) == 0 {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(words[1:]), func(w string) bool { return w == words[0] })
	b.InsertText(words[0], false, true)
	e.insert = inserted{before: b.Document().TextBeforeCursor(), word: words[0], more: rest}
}

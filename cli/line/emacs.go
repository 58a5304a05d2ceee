package line

import (
	prompt "github.com/c-bata/go-prompt"
)

// Sequences of ours for keys that go-prompt would treat in its own way, and for what
// is no key at all; no terminal sends them.
const (
	seqRedraw = "\x1b\x0c"
	seqSearch = "\x1b\x12"
	seqCancel = "\x1b\x03"
	seqOlder  = "\x1b\x10"
	seqNewer  = "\x1b\x0e"
	seqWarn   = "\x1b\x05"
)

// What the terminal sends with the meta key.
const (
	metaBack      = "\x1bb"
	metaForward   = "\x1bf"
	metaDelete    = "\x1bd"
	metaBackspace = "\x1b\x7f"
	metaControlH  = "\x1b\x08"
	metaOldest    = "\x1b<"
	metaNewest    = "\x1b>"
	metaLastWord  = "\x1b."
	metaExpand    = "\x1b/"
)

// isBound reports whether a sequence that go-prompt's table does not know is
// bound by us.
func isBound(seq string) bool {
	switch seq {
	case seqRedraw, seqSearch, seqCancel, seqOlder, seqNewer, seqWarn, metaBack, metaForward, metaDelete,
		metaBackspace, metaControlH, metaOldest, metaNewest, metaLastWord, metaExpand:
		return true
	}
	return false
}

// emacs are the editing keys with one kill buffer. go-prompt's own set has no
// yank and cannot be extended, so it is switched off and these stand in its place.
type emacs struct{ killed string }

// keys are the bindings for keys of go-prompt's table.
func (e *emacs) keys() []prompt.KeyBind {
	return []prompt.KeyBind{
		{Key: prompt.ControlA, Fn: prompt.GoLineBeginning},
		{Key: prompt.ControlE, Fn: prompt.GoLineEnd},
		{Key: prompt.ControlB, Fn: prompt.GoLeftChar},
		{Key: prompt.ControlF, Fn: prompt.GoRightChar},
		{Key: prompt.ControlD, Fn: prompt.DeleteChar},
		{Key: prompt.ControlH, Fn: prompt.DeleteBeforeChar},
		{Key: prompt.ControlK, Fn: func(b *prompt.Buffer) {
			e.kill(deleteForward(b, len([]rune(b.Document().TextAfterCursor()))))
		}},
		{Key: prompt.ControlU, Fn: func(b *prompt.Buffer) {
			prompt.GoLineEnd(b) // Junos clears the whole line, as scripts expect of ^U
			e.kill(b.DeleteBeforeCursor(len([]rune(b.Text()))))
		}},
		{Key: prompt.ControlX, Fn: func(b *prompt.Buffer) {
			prompt.GoLineEnd(b)
			e.kill(b.DeleteBeforeCursor(len([]rune(b.Text()))))
		}},
		{Key: prompt.ControlW, Fn: e.killWord},
		{Key: prompt.ControlT, Fn: transpose},
		{Key: prompt.ControlY, Fn: func(b *prompt.Buffer) { b.InsertText(e.killed, false, true) }},
	}
}

// sequences are the bindings for what the terminal sends with the meta key.
func (e *emacs) sequences() []prompt.ASCIICodeBind {
	return []prompt.ASCIICodeBind{
		{ASCIICode: []byte(metaBack), Fn: func(b *prompt.Buffer) { b.CursorLeft(wordBefore(b)) }},
		{ASCIICode: []byte(metaForward), Fn: func(b *prompt.Buffer) { b.CursorRight(wordAfter(b)) }},
		{ASCIICode: []byte(metaDelete), Fn: func(b *prompt.Buffer) {
			if n := wordAfter(b); n > 0 {
				e.kill(deleteForward(b, n))
			}
		}},
		{ASCIICode: []byte(metaBackspace), Fn: e.killWord},
		{ASCIICode: []byte(metaControlH), Fn: e.killWord},
	}
}

func (e *emacs) kill(text string) {
	if text != "" {
		e.killed = text
	}
}

func (e *emacs) killWord(b *prompt.Buffer) { e.kill(b.DeleteBeforeCursor(wordBefore(b))) }

// deleteForward deletes n characters at the cursor. Buffer.Delete counts bytes of
// the text in one place and characters in another, so it is asked from behind.
func deleteForward(b *prompt.Buffer, n int) string {
	b.CursorRight(n)
	return b.DeleteBeforeCursor(n)
}

// transpose is ^T: it swaps the character before the cursor with the one at it and
// goes on; behind the line it swaps the last two.
func transpose(b *prompt.Buffer) {
	if b.Document().TextAfterCursor() == "" {
		b.CursorLeft(1)
	}
	before := []rune(b.Document().TextBeforeCursor())
	if len(before) == 0 {
		b.CursorRight(1) // at the beginning of the line, or behind its only character
		return
	}
	b.DeleteBeforeCursor(1)
	b.CursorRight(1)
	b.InsertText(string(before[len(before)-1]), false, true)
}

// wordBefore and wordAfter count the characters to the edge of a word.
func wordBefore(b *prompt.Buffer) int {
	text := []rune(b.Document().TextBeforeCursor())
	i := len(text)
	for i > 0 && text[i-1] == ' ' {
		i--
	}
	for i > 0 && text[i-1] != ' ' {
		i--
	}
	return len(text) - i
}

func wordAfter(b *prompt.Buffer) int {
	text := []rune(b.Document().TextAfterCursor())
	i := 0
	for i < len(text) && text[i] == ' ' {
		i++
	}
	for i < len(text) && text[i] != ' ' {
		i++
	}
	return i
}

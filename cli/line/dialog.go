package line

import (
	"io"
	"strings"
	"time"
)

// Ask prints a question and returns the answer without its blanks. The error is
// ErrInterrupted after ^C and io.EOF when the input is over or nobody answers.
func (t *Terminal) Ask(question string) (string, error) {
	t.Print(question)
	text, ended, err := t.typed(maxAnswer, answerTime)
	if ended {
		t.Print("\n")
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(text), nil
}

// AskSecret is Ask without an echo; blanks belong to the answer. Without a terminal
// the answer is the next line of the input.
func (t *Terminal) AskSecret(question string) (string, error) {
	t.Print(question)
	if !t.echo {
		answer, ok := t.Answer(func(string) bool { return true })
		t.Print("\n")
		if !ok {
			return "", io.EOF
		}
		return answer, nil
	}
	t.echo = false
	text, _, err := t.typed(maxAnswer, answerTime)
	t.echo = true
	t.Print("\n")
	return text, err
}

// Bounds of what a dialog reads.
const (
	maxAnswer  = 1024
	answerTime = 2 * time.Minute // a program behind the terminal may have no answer to give

	maxText = 32 << 20 // a configuration of a large fabric has about 10 MB
)

// ReadText reads lines until ^D at the beginning of one, or the end of the input:
// `load ... terminal`. ^C gives it up with ErrInterrupted.
func (t *Terminal) ReadText() (string, error) {
	var b strings.Builder
	for b.Len() < maxText {
		text, ended, err := t.typed(maxText-b.Len(), 0)
		b.WriteString(text)
		switch {
		case err == io.EOF:
			return b.String(), nil
		case err != nil:
			return "", err
		case ended:
			return b.String(), nil
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// typed reads the keys of one line with echo and erasing. ended says that ^D
// ended the line instead of Enter. Nobody types for longer than wait: io.EOF.
func (t *Terminal) typed(limit int, wait time.Duration) (text string, ended bool, err error) {
	var b []rune
	for {
		key, err := t.key(wait)
		if err != nil || key == nil {
			return string(b), false, io.EOF
		}
		switch c := key[0]; {
		case c == keyCR || c == keyLF:
			t.echoText("\n")
			return string(b), false, nil
		case c == keyInterrupt:
			t.echoText("^C\n")
			return "", false, ErrInterrupted
		case c == keyEnd && len(b) == 0:
			return "", true, nil
		case (c == keyBackspace || c == keyDelete) && len(b) > 0:
			b = b[:len(b)-1]
			t.echoText("\b \b")
		case c == keyTab:
			b = append(b, '\t')
			t.echoText("\t")
		case printable(key) && len(b) < limit:
			// What is typed ahead of it is taken at once: a pasted text is long.
			more, _ := t.queue.take(func(b []byte, _ bool) int { return plainText(b, limit) })
			text := []rune(string(key) + string(more))
			text = text[:min(len(text), limit-len(b))]
			b = append(b, text...)
			t.echoText(string(text))
		}
	}
}

func (t *Terminal) echoText(s string) {
	if t.echo {
		t.Print(s)
	}
}

// Answer takes the next line of an input that is no terminal, when it fits; else the
// line stays and is read as the next command. ok is false then, and at the end of the
// input.
func (t *Terminal) Answer(fits func(line string) bool) (line string, ok bool) {
	b, err := t.queue.await(nil, plainLine)
	if err != nil {
		return "", false
	}
	if line = strings.TrimRight(string(b), "\r\n"); !fits(line) {
		t.queue.unread(b)
		return "", false
	}
	return line, true
}

// plainLine measures the first line of an input that is no terminal.
func plainLine(b []byte, final bool) int {
	for i, c := range b {
		if c == keyCR || c == keyLF {
			return i + 1
		}
	}
	if final || len(b) >= maxTypedAhead {
		return len(b)
	}
	return 0
}

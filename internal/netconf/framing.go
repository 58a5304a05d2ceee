package netconf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// What a broken stream is refused with. There is no way back: the next message
// cannot be found, so the session ends (RFC 6242 section 4.2).
var (
	ErrTooBig  = errors.New("message is larger than allowed")
	ErrFraming = errors.New("framing is broken")
)

// endOfMessage ends a message in the framing of RFC 6242 section 4.3.
const endOfMessage = "]]>]]>"

// maxChunk is the highest chunk size (RFC 6242 section 4.2), ten digits.
const maxChunk = 4294967295

// Framer cuts a byte stream into messages and back (RFC 6242 sections 4.2 and
// 4.3). Reading and writing may happen on two goroutines; each on one.
type Framer struct {
	r       *bufio.Reader
	w       io.Writer
	max     int
	chunked bool
	fresh   bool // no chunked message has been read yet
}

// NewFramer returns a Framer in end-of-message framing, as every session begins,
// that refuses to read messages of more than max octets.
func NewFramer(rw io.ReadWriter, max int) *Framer {
	return &Framer{r: bufio.NewReaderSize(rw, 16<<10), w: rw, max: max}
}

// Chunked switches to chunked framing. It is called between the hellos and the
// next message, by the goroutine that both reads and writes then.
func (f *Framer) Chunked() { f.chunked, f.fresh = true, true }

// ReadMessage returns the next message. io.EOF means that the stream ended
// between messages.
func (f *Framer) ReadMessage() ([]byte, error) {
	if f.chunked {
		return f.readChunks()
	}
	return f.readMarked()
}

// WriteMessage writes one message with its framing in a single Write: go-netconf
// finds the end-of-message mark only across two reads (northbound.md 2), and a
// message in more than one chunk is corrupted by it (trap 2).
func (f *Framer) WriteMessage(b []byte) error {
	var out bytes.Buffer
	out.Grow(len(b) + 32)
	if f.chunked {
		fmt.Fprintf(&out, "\n#%d\n", len(b))
		out.Write(b)
		out.WriteString("\n##\n")
	} else {
		out.Write(bytes.ReplaceAll(b, []byte(endOfMessage), []byte("]]&gt;]]&gt;")))
		out.WriteString(endOfMessage)
	}
	if _, err := f.w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write message: %w", err)
	}
	return nil
}

// readMarked reads up to the end-of-message mark (RFC 6242 section 4.3).
func (f *Framer) readMarked() ([]byte, error) {
	var msg []byte
	for {
		part, err := f.r.ReadSlice('>')
		msg = append(msg, part...)
		switch {
		case err == nil && bytes.HasSuffix(msg, []byte(endOfMessage)):
			return msg[:len(msg)-len(endOfMessage)], nil
		case len(msg) > f.max+len(endOfMessage):
			return nil, fmt.Errorf("%w: more than %d octets", ErrTooBig, f.max)
		case errors.Is(err, io.EOF) && len(bytes.TrimSpace(msg)) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("read message: %w", err)
		}
	}
}

// readChunks reads chunks up to the end of chunks (RFC 6242 section 4.2). The
// buffer grows with what arrives, never with what a header promises.
func (f *Framer) readChunks() ([]byte, error) {
	if err := f.skipStray(); err != nil {
		return nil, err
	}
	var msg bytes.Buffer
	for {
		size, err := f.readChunkHeader(msg.Len() == 0)
		if err != nil {
			return nil, err
		}
		if size == 0 {
			return msg.Bytes(), nil
		}
		if size > uint64(f.max-msg.Len()) {
			return nil, fmt.Errorf("%w: more than %d octets", ErrTooBig, f.max)
		}
		if _, err := io.CopyN(&msg, f.r, int64(size)); err != nil {
			return nil, cut(err)
		}
	}
}

// skipStray drops the single LF (or CR LF) that older scrapligo puts behind its
// hello (trap 3); it stands before the LF that begins the first chunk.
func (f *Framer) skipStray() error {
	if !f.fresh {
		return nil
	}
	for range 2 {
		next, err := f.r.Peek(2)
		if err != nil {
			return f.peekError(next, err)
		}
		if next[0] == '\r' || next[0] == '\n' && next[1] == '\n' {
			_, _ = f.r.Discard(1) // it has just been peeked at
		}
	}
	f.fresh = false
	return nil
}

func (f *Framer) peekError(got []byte, err error) error {
	if errors.Is(err, io.EOF) && len(got) == 0 {
		return io.EOF
	}
	return cut(err)
}

// readChunkHeader reads LF # size LF and returns the size, or LF # # LF and
// returns 0. first tells that a clean end of the stream is allowed here.
func (f *Framer) readChunkHeader(first bool) (uint64, error) {
	lead, err := f.r.Peek(2)
	if err != nil {
		if first {
			return 0, f.peekError(lead, err)
		}
		return 0, cut(err)
	}
	if lead[0] != '\n' || lead[1] != '#' {
		return 0, fmt.Errorf("%w: %q where a chunk begins", ErrFraming, lead)
	}
	_, _ = f.r.Discard(2) // it has just been peeked at
	var size uint64
	for digits := 0; ; digits++ {
		c, err := f.r.ReadByte()
		switch {
		case err != nil:
			return 0, cut(err)
		case c == '#' && digits == 0:
			return 0, f.endOfChunks(first)
		case c == '\n' && digits > 0:
			return size, nil
		case c < '0' || c > '9' || c == '0' && digits == 0:
			return 0, fmt.Errorf("%w: %q in a chunk size", ErrFraming, c)
		}
		if size = size*10 + uint64(c-'0'); size > maxChunk {
			return 0, fmt.Errorf("%w: chunk size above %d", ErrFraming, uint64(maxChunk))
		}
	}
}

// endOfChunks reads the LF that ends a message; a message has at least one chunk.
func (f *Framer) endOfChunks(first bool) error {
	c, err := f.r.ReadByte()
	switch {
	case err != nil:
		return cut(err)
	case c != '\n':
		return fmt.Errorf("%w: %q where chunks end", ErrFraming, c)
	case first:
		return fmt.Errorf("%w: message without a chunk", ErrFraming)
	}
	return nil
}

// cut is the error for a stream that ends inside a message.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read message: %w", err)
}

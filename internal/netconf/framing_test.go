package netconf

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// stream is the half of a connection that a Framer reads from.
type stream struct {
	io.Reader
	bytes.Buffer
}

func (s *stream) Read(p []byte) (int, error) { return s.Reader.Read(p) }

const testMax = 64

func readAll(r io.Reader, chunked bool) (msgs []string, err error) {
	f := NewFramer(&stream{Reader: r}, testMax)
	if chunked {
		f.Chunked()
	}
	for {
		msg, err := f.ReadMessage()
		if err != nil {
			return msgs, err
		}
		msgs = append(msgs, string(msg))
	}
}

func TestFraming(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		chunked bool
		in      string
		want    []string
		err     error
	}{
		{"two messages", false, "<a/>]]>]]><b/>]]>]]>", []string{"<a/>", "<b/>"}, io.EOF},
		{"line ends between", false, "<a/>\n]]>]]>\n\n", []string{"<a/>\n"}, io.EOF},
		{"cut", false, "<a/>]]>]]", nil, io.ErrUnexpectedEOF},
		{"mark begins twice", false, "x]]>]]]>]]>", []string{"x]]>]"}, io.EOF},
		{"too big", false, strings.Repeat("x", 80) + "]]>]]>", nil, ErrTooBig},
		{"exactly the limit", false, strings.Repeat("x", testMax) + "]]>]]>", []string{strings.Repeat("x", testMax)}, io.EOF},
		{"one chunk", true, "\n#4\n<a/>\n##\n", []string{"<a/>"}, io.EOF},
		{"chunks", true, "\n#1\n<\n#3\na/>\n##\n\n#1\nb\n##\n", []string{"<a/>", "b"}, io.EOF},
		{"text like a mark", true, "\n#10\n\n##\n]]>]]>\n##\n", []string{"\n##\n]]>]]>"}, io.EOF},
		{"stray LF of scrapligo", true, "\n\n#1\nx\n##\n", []string{"x"}, io.EOF},
		{"stray LF later", true, "\n#1\nx\n##\n\n\n#1\nx\n##\n", []string{"x"}, ErrFraming},
		{"size 0", true, "\n#0\n\n##\n", nil, ErrFraming},
		{"leading zero", true, "\n#01\nx\n##\n", nil, ErrFraming},
		{"negative", true, "\n#-1\nx\n##\n", nil, ErrFraming},
		{"no digits", true, "\n#\nx\n##\n", nil, ErrFraming},
		{"2^32", true, "\n#4294967296\nx", nil, ErrFraming},
		{"2^32-1", true, "\n#4294967295\nx", nil, ErrTooBig},
		{"total too big", true, "\n#40\n" + strings.Repeat("x", 40) + "\n#40\n", nil, ErrTooBig},
		{"no chunk", true, "\n##\n", nil, ErrFraming},
		{"end without LF", true, "\n#1\nx\n##x", nil, ErrFraming},
		{"cut in chunk", true, "\n#4\nxx", nil, io.ErrUnexpectedEOF},
		{"cut between chunks", true, "\n#1\nx", nil, io.ErrUnexpectedEOF},
		{"other framing", true, "<a/>]]>]]>", nil, ErrFraming},
	} {
		for _, r := range []io.Reader{strings.NewReader(tc.in), iotest.OneByteReader(strings.NewReader(tc.in))} {
			got, err := readAll(r, tc.chunked)
			if !errors.Is(err, tc.err) || strings.Join(got, "|") != strings.Join(tc.want, "|") {
				t.Errorf("%s: %q, %v; want %q, %v", tc.name, got, err, tc.want, tc.err)
			}
		}
	}
}

func TestFramingRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chunked := rapid.Bool().Draw(t, "chunked")
		msgs := rapid.SliceOfN(rapid.StringMatching(`[a<>\]#\n]{1,60}`), 1, 4).Draw(t, "messages")
		s := &stream{}
		w := NewFramer(s, testMax)
		if chunked {
			w.Chunked()
		}
		for i, m := range msgs {
			m = strings.ReplaceAll(m, "]]>", "x") // not well-formed in text anyway
			m = strings.TrimRight(m, "]>") + "."
			msgs[i] = m
			if err := w.WriteMessage([]byte(m)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := readAll(bytes.NewReader(s.Bytes()), chunked)
		if !errors.Is(err, io.EOF) || strings.Join(got, "|") != strings.Join(msgs, "|") {
			t.Fatalf("wrote %q, read %q, %v", msgs, got, err)
		}
	})
}

// slowChunks is RFC 6242 section 4.2 read aloud: the whole input at once, no
// buffer, no limit but the total. It returns the messages before the first fault.
func slowChunks(in string) (msgs []string) {
	for first := true; ; first = false {
		if first {
			for range 2 {
				if strings.HasPrefix(in, "\r") || strings.HasPrefix(in, "\n\n") {
					in = in[1:]
				}
			}
		}
		msg := ""
		for chunks := 0; ; chunks++ {
			if rest, ok := strings.CutPrefix(in, "\n##\n"); ok && chunks > 0 {
				in = rest
				break
			}
			head, ok := strings.CutPrefix(in, "\n#")
			digits, rest, end := strings.Cut(head, "\n")
			size, err := strconv.ParseUint(digits, 10, 32)
			if !ok || !end || err != nil || strconv.FormatUint(size, 10) != digits || size == 0 ||
				uint64(len(msg))+size > testMax || uint64(len(rest)) < size {
				return msgs
			}
			msg += rest[:size]
			in = rest[size:]
		}
		msgs = append(msgs, msg)
	}
}

func slowMarks(in string) (msgs []string) {
	for {
		msg, rest, ok := strings.Cut(in, endOfMessage)
		if !ok || len(msg) > testMax {
			return msgs
		}
		msgs = append(msgs, msg)
		in = rest
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("\n#4\n<a/>\n##\n\n#1\nx\n##\n"), true)
	f.Add([]byte("\n\n#1\n<\n#3\na/>\n##\n"), true)
	f.Add([]byte("<a/>]]>]]>\n<b/>]]>]]>"), false)
	f.Add([]byte("\n#4294967295\n"), true)
	f.Fuzz(func(t *testing.T, in []byte, chunked bool) {
		want := slowMarks(string(in))
		if chunked {
			want = slowChunks(string(in))
		}
		got, err := readAll(bytes.NewReader(in), chunked)
		if err == nil || len(got) != len(want) || strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("%q read as %q (%v), the reference says %q", in, got, err, want)
		}
	})
}

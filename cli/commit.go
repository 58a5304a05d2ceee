package cli

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"oneswitch/cli/fault"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// defaultConfirm is how many minutes `commit confirmed` waits, as in Junos.
const defaultConfirm = "10"

// commit is `commit` with its options.
func (s *shell) commit(st command.Statement) {
	o := commitOptions(st.Words)
	reply, err := s.askCommit(o, detailed(st))
	s.out.Print(fault.Warnings(reply))
	if err != nil {
		s.fail(err)
		return
	}
	result, err := resultOf(reply)
	if err != nil {
		s.fail(err)
		return
	}
	switch {
	case o.at != "":
		s.out.Print("configuration check succeeds\n" + orElse(result.Output, "commit at will be executed at "+o.at) + "\n")
		return
	case o.check:
		s.out.Print("configuration check succeeds\n")
		return
	case o.minutes != "":
		s.out.Print("commit confirmed will be automatically rolled back in " + o.minutes + " minutes unless confirmed\n")
	}
	s.out.Print("commit complete\n")
	if o.quit {
		s.leaveConfiguration()
	}
}

// detailed reports whether `| display detail` stands behind the verb.
func detailed(st command.Statement) bool {
	return slices.ContainsFunc(st.Pipes, func(p command.Pipe) bool {
		return p.Verb == "display" && p.Args[0] == "detail"
	})
}

// result is what a commit tells besides its success.
type result struct {
	XMLName xml.Name `xml:"commit-results"`
	Output  string   `xml:"output"` // of commit at: when
}

// resultOf reads the answer to a commit.
func resultOf(reply netconf.Reply) (result, error) {
	var r result
	if len(bytes.TrimSpace(reply.Body)) == 0 {
		return r, nil
	}
	// The body has attributes whose prefix stands on the reply around it.
	d := xml.NewDecoder(bytes.NewReader(reply.Body))
	d.Strict = false
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("read result of commit: %w", err)
	}
	return r, nil
}

// options are those of a commit.
type options struct {
	check, quit, full, synchronize bool
	minutes, comment, at           string
}

// commitOptions reads the words behind commit, which the grammar has checked.
func commitOptions(words []string) options {
	var o options
	for i := 0; i < len(words); i++ {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch words[i] {
		case "check":
			o.check = true
		case "and-quit":
			o.quit = true
		case "full":
			o.full = true
		case "synchronize":
			o.synchronize = true
		case "comment":
			o.comment = next
			i++
		case "at":
			o.at = next
			i++
		case "confirmed":
			o.minutes = defaultConfirm
			if next != "" && strings.Trim(next, "0123456789") == "" {
				o.minutes = next
				i++
			}
		}
	}
	return o
}

func (o options) request() rpc.CommitConfiguration {
	mark := func(on bool) *rpc.Empty {
		if on {
			return &rpc.Empty{}
		}
		return nil
	}
	return rpc.CommitConfiguration{
		Check: mark(o.check), Confirmed: mark(o.minutes != ""), ConfirmTimeout: o.minutes,
		Log: o.comment, AtTime: o.at, Synchronize: mark(o.synchronize), Full: mark(o.full),
	}
}

// rollback makes a former configuration the candidate.
func (s *shell) rollback(st command.Statement) {
	req := rpc.LoadConfiguration{Rollback: "0"}
	if len(st.Words) > 0 {
		req.Rollback = st.Words[0]
	}
	if req.Rollback == "rescue" {
		req = rpc.LoadConfiguration{Rescue: "rescue"}
	}
	if s.sendLoad(req) == 0 {
		s.out.Print("load complete\n")
	}
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"oneswitch/cli/files"
	"oneswitch/cli/help"
	"oneswitch/cli/line"
	"oneswitch/cli/offer"
	"oneswitch/cli/pager"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// output is where answers go: a terminal, or a plain stream.
type output interface {
	Print(text string)
	Show(text string, o pager.Options) bool
}

// plainOutput is an output without a terminal.
type plainOutput struct{ io.Writer }

// Print writes the text. A reader that has gone ends the process by SIGPIPE or not
// at all; there is nobody to tell.
func (o plainOutput) Print(text string) { _, _ = io.WriteString(o, text) }

// Show writes the whole text: there is nobody to turn pages.
func (o plainOutput) Show(text string, _ pager.Options) bool {
	o.Print(text)
	return true
}

// identity is who the session belongs to.
type identity struct{ user, host, home string }

// place is where commands go: the director, or a component that the user logged
// in to.
type place struct {
	component string // empty: the director
	role      string // of the component
	caller    rpc.Caller
	op        *command.Operational
}

// edits is where configuration mode stands.
type edits struct {
	editing bool
	opened  rpc.OpenConfiguration // how: shared, private, exclusive
	level   conf.Path
	left    []conf.Path // the levels that `edit` left, for `exit`

	confirmBy time.Time // when the commit goes back that is not confirmed yet; zero: there is none
}

// link is how the connection to the director stands.
type link struct {
	lost      <-chan struct{} // closed when the director has gone
	abandoned <-chan error    // a call that ^C left alone; nil when there is none

	watch *watch // asks how things stand; nil without a terminal
}

// shell is one session.
type shell struct {
	who    identity
	out    output
	term   *line.Terminal // nil in the exec form
	schema *schema.Schema

	here  place
	home  place // where `exit` from a component leads
	offer *offer.Offer
	host  string // host part of the prompt

	link

	edits

	files     *files.Directory
	settings  settings
	histories map[bool]*line.History // by editing: each mode has its own
	ended     bool
	failed    bool // the last command failed: the status of the exec form
}

// newShell returns a session in operational mode at the director.
func newShell(words *schema.Schema, director *netconf.Client, who identity, out output) *shell {
	offered := offer.New(words)
	here := place{caller: director, op: offered.Director}
	s := &shell{
		who: who, out: out, schema: words, here: here, home: here, host: who.host, link: link{lost: director.Done()},
		offer:     offered,
		settings:  newSettings(),
		histories: map[bool]*line.History{false: line.NewHistory(nil, nil), true: line.NewHistory(nil, nil)},
	}
	s.files = &files.Directory{Home: who.home, Shown: "/var/home/" + who.user, User: who.user, Clock: clock.Real{}, Archive: committed{s}}
	return s
}

// runAll carries out the commands of the exec form; the status is that of the first
// one that fails.
func (s *shell) runAll(commands string) int {
	s.narrow()
	for _, c := range splitCommands(commands) {
		s.execute(c)
		if s.failed {
			return 1
		}
		if s.ended {
			break
		}
	}
	return 0
}

// interact reads and carries out lines until the user leaves.
func (s *shell) interact(term *line.Terminal) int {
	s.term = term
	if term.Interactive() {
		s.remember()
		defer s.follow()()
	} else {
		s.narrow()
	}
	editor := line.NewEditor(term, s.complete)
	for !s.ended {
		s.refresh()
		text, err := editor.ReadLine(s.prompt(), s.histories[s.editing])
		switch {
		case errors.Is(err, line.ErrIdle):
			s.out.Print("Idle timeout exceeded: closing session\n")
			return 0
		case errors.Is(err, line.ErrEnd):
			s.ended = s.mayEnd()
			continue
		case err != nil:
			return 0
		}
		s.execute(text)
	}
	return 0
}

// prompt is what stands before the next line (QF-REF northbound 1).
func (s *shell) prompt() line.Prompt {
	p := line.Prompt{Text: s.promptText(), Rows: s.rows(), Idle: s.settings.idle}
	if s.watch != nil {
		p.Banner, p.Again = s.banner(), s.banner
	}
	return p
}

// confirmNotice reminds of a confirmed commit, as Junos does above the prompt.
func (s *shell) confirmNotice(now time.Time) string {
	left := s.confirmBy.Sub(now)
	if left <= 0 {
		return ""
	}
	return fmt.Sprintf("# commit confirmed will be rolled back in %d minutes\n", int((left+time.Minute-1)/time.Minute))
}

func (s *shell) promptText() string {
	sign := "> "
	if s.editing {
		sign = "# "
	}
	switch {
	case s.settings.prompt != "":
		return s.settings.prompt + sign
	case s.here.component != "":
		return "qfabric-" + s.who.user + "@" + s.here.component + sign
	default:
		return s.who.user + "@" + s.host + sign
	}
}

// execute carries out one line.
func (s *shell) execute(text string) {
	s.failed = false
	text = strings.TrimRight(text, " \t")
	if text == "" {
		return
	}
	if s.settings.timestamp != "" && s.term != nil {
		s.out.Print(timestamp(s.settings.timestamp, time.Now()))
	}
	if s.editing {
		s.edit(text)
		return
	}
	call, err := s.here.op.Parse(text)
	if reason := help.Refused(text); err != nil && reason != nil && !s.offer.Withholds(text) {
		s.fail(reason)
		s.gap()
		return
	}
	if err != nil {
		s.refuse(err, text)
		return
	}
	s.operate(call)
	s.gap()
}

// gap is the empty line between an answer and the prompt of operational mode; in
// configuration mode it belongs to the prompt.
func (s *shell) gap() {
	if s.term != nil && !s.editing && !s.ended {
		s.out.Print("\n")
	}
}

// refuse shows why a line, as it was typed, cannot be taken.
func (s *shell) refuse(err error, typed string) {
	s.failed = true
	var bad *command.Error
	if !errors.As(err, &bad) {
		s.fail(err)
		return
	}
	s.out.Print(s.point(bad, typed))
	s.gap()
}

// fail shows an error that is not about the line.
func (s *shell) fail(err error) {
	s.failed = true
	s.out.Print(problems(err))
}

package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/junos/command"
)

// fromWindow is a screen length or width that follows the window.
const fromWindow = -1

// settings are what `set cli` sets, for this session alone.
type settings struct {
	length, width   int // 0: unlimited; fromWindow
	completeOnSpace bool
	timestamp       string // format, in the notation of strftime; empty: none
	idle            time.Duration
	prompt          string
	terminal        string
}

// newSettings are those of a new session. The login class says for how long it may be
// idle; what is no duration says nothing.
func newSettings() settings {
	idle, _ := time.ParseDuration(os.Getenv(envIdle))
	return settings{length: fromWindow, width: fromWindow, completeOnSpace: true, terminal: os.Getenv("TERM"), idle: idle}
}

// rows is how many lines make a page; 0 for no pages.
func (s *shell) rows() int {
	switch {
	case s.term == nil || !s.term.Interactive():
		return 0
	case s.settings.length != fromWindow:
		return s.settings.length
	}
	_, height := s.term.Size()
	return height
}

// setCLI is `set cli ...`; the answers are those that drivers of automation wait
// for (QF-REF northbound 1, "Session commands and answers").
func (s *shell) setCLI(call command.Call) {
	for _, a := range call.Args {
		switch n, _ := strconv.Atoi(a.Value); a.Name {
		case "screen-length":
			s.settings.length = n
			s.out.Print(fmt.Sprintf("Screen length set to %d\n", n))
		case "screen-width":
			s.settings.width = n
			s.out.Print(fmt.Sprintf("Screen width set to %d\n", n))
		case "complete-on-space":
			s.settings.completeOnSpace = a.Value == "on"
			if s.settings.completeOnSpace {
				s.out.Print("Enabling complete-on-space\n")
			} else {
				s.out.Print("Disabling complete-on-space\n")
			}
		case "idle-timeout":
			s.settings.idle = time.Duration(n) * time.Minute
			s.out.Print(s.idleText("Idle timeout") + "\n")
		case "timestamp":
			s.settings.timestamp = defaultTimestamp
			if _, off := call.Arg("disable"); off {
				s.settings.timestamp = ""
			}
			s.out.Print(s.timestampText() + "\n")
		case "prompt":
			s.settings.prompt = strings.TrimRight(a.Value, "># ")
			s.out.Print("CLI prompt set to: " + a.Value + "\n")
		case "terminal":
			s.settings.terminal = a.Value
		}
	}
	if len(call.Args) == 0 { // `set cli idle-timeout` alone takes the limit away
		s.settings.idle = 0
		s.out.Print(s.idleText("Idle timeout") + "\n")
	}
}

func (s *shell) idleText(what string) string {
	if s.settings.idle == 0 {
		return what + " disabled"
	}
	return fmt.Sprintf("%s set to %d minutes", what, int(s.settings.idle.Minutes()))
}

func (s *shell) timestampText() string {
	if s.settings.timestamp != "" {
		return "CLI timestamp set to: " + s.settings.timestamp
	}
	return "CLI timestamp disabled"
}

// defaultTimestamp is the format that `set cli timestamp` alone means.
const defaultTimestamp = "%b %d %T"

// timestamp writes a time in the notation of strftime.
func timestamp(format string, now time.Time) string {
	return strings.NewReplacer(
		"%a", now.Format("Mon"), "%b", now.Format("Jan"), "%d", now.Format("02"), "%e", now.Format("_2"),
		"%F", now.Format("2006-01-02"), "%H", now.Format("15"), "%M", now.Format("04"), "%m", now.Format("01"),
		"%S", now.Format("05"), "%T", now.Format("15:04:05"), "%Y", now.Format("2006"), "%y", now.Format("06"),
		"%Z", now.Format("MST"), "%%", "%",
	).Replace(format) + "\n"
}

// showCLI is `show cli`.
func (s *shell) showCLI() string {
	width, height := 80, 24
	if s.term != nil {
		width, height = s.term.Size()
	}
	if s.settings.length != fromWindow {
		height = s.settings.length
	}
	if s.settings.width != fromWindow {
		width = s.settings.width
	}
	onSpace := "off"
	if s.settings.completeOnSpace {
		onSpace = "on"
	}
	lines := []string{
		"CLI complete-on-space set to " + onSpace,
		s.idleText("CLI idle-timeout"),
		"CLI screen-length set to " + strconv.Itoa(height),
		"CLI screen-width set to " + strconv.Itoa(width),
		"CLI terminal is '" + orElse(s.settings.terminal, "unknown") + "'",
		"CLI is operating in enhanced mode",
		s.timestampText(),
		"CLI working directory is '" + s.files.Working() + "'",
	}
	return strings.Join(lines, "\n") + "\n"
}

package pipe

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/junos/command"
)

// The forms of an answer.
const (
	Text = "text"
	XML  = "xml"
	JSON = "json"
	Set  = "set" // of a configuration
	RPC  = "rpc" // the request itself, in XML
)

// Plan is what the pipes of a line ask for.
type Plan struct {
	Form     string // Text unless display chose another
	Relative bool   // of Set: as seen from the level shown
	Inherit  string // of a configuration: "" or inherit, inherit-defaults, inherit-brief, inherit-no-comments, inherit-terse
	Omitted  bool   // of a configuration: what is marked with apply-flags omit as well
	Detail   bool   // of a configuration: what the language says about each statement; of a commit: its progress

	Compare *Base
	Refresh time.Duration // 0: once
	Stages  []command.Pipe
}

// Base is what a configuration is compared with. Exactly one is set, or none: then
// it is what the server takes for the former one.
type Base struct {
	Rollback string // number of a former configuration
	Rescue   bool
	File     string
}

// defaultRefresh is how often `refresh` without a number shows the answer.
const defaultRefresh = time.Second

// Read sorts the pipes of a line. The error says which of them cannot be had, or do
// not go together.
func Read(pipes []command.Pipe) (Plan, error) {
	p := Plan{Form: Text}
	for _, stage := range pipes {
		var err error
		switch stage.Verb {
		case "display":
			err = p.display(stage.Args)
		case "compare":
			p.Compare = base(stage.Args)
		case "refresh":
			p.Refresh, err = interval(stage.Args)
		case "request":
			err = errors.New("request message is not supported behind a bar: use request message all message TEXT")
		default:
			p.Stages = append(p.Stages, stage)
		}
		if err != nil {
			return Plan{}, err
		}
	}
	return p, p.consistent()
}

// display takes over one `| display`.
func (p *Plan) display(args []string) error {
	if len(args) == 0 {
		return errors.New("display needs a form")
	}
	switch form := args[0]; form {
	case "inheritance":
		p.Inherit = strings.Join(append([]string{"inherit"}, args[1:]...), "-")
	case "omit":
		p.Omitted = true
	case "detail":
		p.Detail = true
	case "commit-scripts":
		return errors.New("display commit-scripts: there are no commit scripts")
	case "changed":
		return errors.New("display changed: changes are not tagged; use compare to see them")
	case XML, JSON, Set:
		p.Form, p.Relative = form, slices.Contains(args, "relative")
		if slices.Contains(args, RPC) {
			p.Form = RPC
		}
	default:
		return fmt.Errorf("display %s: there is no such form", form)
	}
	return nil
}

// consistent refuses what does not go together.
func (p *Plan) consistent() error {
	switch {
	case p.Compare != nil && p.Form != Text:
		return fmt.Errorf("display %s does not go with compare: a comparison is text", p.Form)
	case p.Detail && p.Form != Text:
		return fmt.Errorf("display detail does not go with display %s: it is comments in the text", p.Form)
	}
	return nil
}

func base(args []string) *Base {
	switch {
	case len(args) == 0:
		return &Base{}
	case len(args) == 2 && args[0] == "rollback":
		return &Base{Rollback: args[1]}
	case args[0] == "rescue":
		return &Base{Rescue: true}
	default:
		return &Base{File: args[0]}
	}
}

func interval(args []string) (time.Duration, error) {
	if len(args) == 0 {
		return defaultRefresh, nil
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("refresh takes a number of seconds, not %s", strconv.Quote(args[0]))
	}
	return time.Duration(n) * time.Second, nil
}

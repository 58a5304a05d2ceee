package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"oneswitch/cli/help"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/own"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/rpc"
)

// callTimeout bounds every RPC. It is long because a commit waits for every member
// and ping for its hosts; the user has ^C.
const callTimeout = 10 * time.Minute

// errInterrupted says that the user gave a command up.
var errInterrupted = errors.New("interrupted")

// operate carries out an operational command.
func (s *shell) operate(call command.Call) {
	carry := s.remote
	if call.RPC.Serves(schema.ServedByCLI) {
		carry = s.local
	}
	plan, err := pipe.Read(call.Pipes)
	if err != nil {
		s.fail(err)
		return
	}
	s.repeat(plan, func() { carry(call, plan) })
}

func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = conf.Quote(w)
	}
	return out
}

// showConfiguration is the rpc of `show configuration`, which has pipes that the
// server runs, since it has the configurations.
const showConfiguration = "get-configuration"

// remote has the component answer a command and shows the answer through the pipes.
func (s *shell) remote(call command.Call, plan pipe.Plan) {
	words, form := strings.Join(quoted(call.Words), " "), plan.Form
	if call.RPC.Name == showConfiguration {
		s.showCommitted(call, words, plan)
		return
	}
	if form == pipe.RPC {
		words, form = words+" | display xml rpc", pipe.XML
	}
	answer, err := s.answer(words, form)
	if err != nil {
		s.failIn(err, plan)
		return
	}
	s.show(s.dress(answer, form), plan)
}

// answer has the component that the session is at carry a command out.
func (s *shell) answer(words, form string) (string, error) {
	return s.carried(s.here.caller, words, form)
}

// carried has somebody carry a command out.
func (s *shell) carried(by rpc.Caller, words, form string) (string, error) {
	var answer string
	err := s.call(func(ctx context.Context) error {
		var err error
		answer, err = rpc.Component{Caller: by}.Command(ctx, words, form)
		return err
	})
	if errors.Is(err, errInterrupted) {
		return "", err // the answer still belongs to the call
	}
	return answer, err
}

// showCommitted is `show configuration`.
func (s *shell) showCommitted(call command.Call, words string, plan pipe.Plan) {
	if b := plan.Compare; b != nil && (b.File != "" || b.Rescue) {
		text, err := s.configurationText(rpc.GetConfiguration{Format: pipe.Text, Database: rpc.Committed})
		if err == nil {
			text, err = s.compared(text, *b, s.statement(call))
		}
		if err != nil {
			s.fail(err)
			return
		}
		s.show(text, plan)
		return
	}
	for _, p := range call.Pipes {
		// What is done to the text alone is done here; the director has no part in it.
		if p.Verb == "compare" || p.Verb == "display" && p.Args[0] != "omit" && p.Args[0] != "detail" {
			words += " | " + p.String()
		}
	}
	form := plan.Form
	if form == pipe.RPC {
		form = pipe.XML
	}
	answer, err := s.answer(words, form)
	if err != nil {
		s.failIn(err, plan)
		return
	}
	// Junos begins the text in its element on a new line.
	text := s.displayed(strings.TrimPrefix(answer, "\n"), s.statement(call), plan)
	s.show(s.dress(text, form), plan)
}

// statement is the path that a command names, which the grammar has checked.
func (s *shell) statement(call command.Call) conf.Path {
	var words []conf.Word
	for _, a := range call.Args {
		words = append(words, conf.Word{Text: a.Value})
	}
	path, problems := conf.ParsePath(s.schema.Config(), nil, words)
	if conf.Failed(problems) {
		return nil
	}
	return path
}

// local carries out the commands that the shell answers by itself.
func (s *shell) local(call command.Call, plan pipe.Plan) {
	if plan.Form != pipe.Text {
		s.fail(fmt.Errorf("display %s: the answers of the shell itself are text", plan.Form))
		return
	}
	switch call.RPC.Name {
	case "configure":
		s.configure(call)
	case "exit", "quit":
		s.leave()
	case "request-component-login":
		s.login(value(call, "name"))
	case "set-cli":
		s.setCLI(call)
	case "show-cli":
		s.show(s.showCLI(), plan)
	case "show-cli-history":
		s.show(s.showHistory(value(call, "count")), plan)
	default:
		s.own(call, plan)
	}
}

// own carries out the commands that the grammar itself declares.
func (s *shell) own(call command.Call, plan pipe.Plan) {
	switch call.RPC.Name {
	case own.HelpApropos, own.HelpSyslog, own.HelpTopic, own.HelpTip:
		text, err := s.help(nil).Answer([]string{call.Words[1], value(call, "word")})
		if err != nil {
			s.fail(err)
			return
		}
		s.show(text, plan)
	case own.SetDirectory:
		s.setDirectory(value(call, "directory"))
	case own.SetStamp:
		s.settings.timestamp = value(call, "timestamp-string")
		s.out.Print(s.timestampText() + "\n")
	case own.ShowCLIDir:
		s.show(s.directoryText(), plan)
	default:
		s.fileCommand(call, plan)
	}
}

// help is where somebody at a level of the configuration asks for help.
func (s *shell) help(level conf.Path) help.Desk {
	return help.Desk{Schema: s.schema, Commands: s.here.op.RPCs(), Editing: s.editing, Level: level, Withheld: s.offer.Statements}
}

// leave ends the visit to a component, or the session.
func (s *shell) leave() {
	if s.here.component == "" {
		s.ended = true
		return
	}
	s.here = s.home
}

// login makes a component the place that commands go to. Its role says what it
// serves.
func (s *shell) login(name string) {
	relay := rpc.Relay{Director: s.home.caller, Component: name}
	var who rpc.Identity
	err := s.call(func(ctx context.Context) error {
		var err error
		who, err = rpc.Component{Caller: relay}.Identity(ctx)
		return err
	})
	if err != nil {
		s.fail(fmt.Errorf("log in to %s: %w", name, err))
		return
	}
	op, ok := s.offer.Component(who.Role.String())
	if !ok {
		s.fail(fmt.Errorf("log in to %s: a %s has no shell", name, who.Role))
		return
	}
	s.here = place{component: name, role: who.Role.String(), caller: relay, op: op}
}

// call runs work, which waits for the server, and watches for ^C meanwhile. An
// abandoned call keeps its turn on the connection until the reply is there: NETCONF
// has no way to take a request back, and to close the session would cost the user
// an uncommitted candidate. A lost connection ends the session.
func (s *shell) call(work func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- work(ctx)
	}()
	if s.term == nil {
		return s.survive(<-done)
	}
	interrupted := make(chan struct{}, 1)
	defer s.term.OnInterrupt(func() {
		select {
		case interrupted <- struct{}{}:
		default:
		}
	})()
	select {
	case err := <-done:
		return s.survive(err)
	case <-interrupted:
		s.abandoned = done
		return errInterrupted
	}
}

// busy reports whether the connection still waits for the reply to an abandoned
// call. What the user did not ask for is not asked of the server then.
func (s *shell) busy() bool {
	if s.abandoned == nil {
		return false
	}
	select {
	case <-s.abandoned:
		s.abandoned = nil
		return false
	default:
		return true
	}
}

// survive notes that the session is over when the connection is lost.
func (s *shell) survive(err error) error {
	if err == nil {
		return nil
	}
	select {
	case <-s.lost:
		s.ended = true
		return fmt.Errorf("connection to the director is lost: %w", err)
	default:
		return err
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
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
	s.repeat(call.Pipes, func(rest []command.Pipe) {
		once := call
		once.Pipes = rest
		carry(once)
	})
}

func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = conf.Quote(w)
	}
	return out
}

// showConfiguration is the rpc whose pipes `compare` and `display set relative`
// belong to the server, which has the configurations.
const showConfiguration = "get-configuration"

// remote has the component answer a command and shows the answer through the pipes.
func (s *shell) remote(call command.Call) {
	words, pipes := strings.Join(quoted(call.Words), " "), call.Pipes
	if call.RPC.Name == showConfiguration {
		words, pipes = serverPipes(words, pipes)
	}
	form, pipes, err := displayOf(pipes)
	if err != nil {
		s.fail(err)
		return
	}
	if err := offered(form); err != nil {
		s.fail(err)
		return
	}
	if form == formRPC {
		words, form = words+" | display xml rpc", formXML
	}
	var answer string
	err = s.call(func(ctx context.Context) error {
		var err error
		answer, err = rpc.Component{Caller: s.here.caller}.Command(ctx, words, form)
		return err
	})
	if err != nil {
		s.fail(err)
		return
	}
	if call.RPC.Name == showConfiguration { // Junos begins the text in its element on a new line
		answer = strings.TrimPrefix(answer, "\n")
	}
	s.show(dress(answer, form), pipes)
}

// serverPipes moves the pipes that the server runs into the command.
func serverPipes(words string, pipes []command.Pipe) (string, []command.Pipe) {
	var rest []command.Pipe
	for _, p := range pipes {
		if p.Verb == "compare" || p.Verb == "display" && (len(p.Args) > 1 || p.Args[0] == "inheritance") {
			words += " | " + p.String()
			continue
		}
		rest = append(rest, p)
	}
	return words, rest
}

// local carries out the commands that the shell answers by itself.
func (s *shell) local(call command.Call) {
	switch call.RPC.Name {
	case "configure":
		s.configure(call)
	case "exit", "quit":
		s.leave()
	case "request-component-login":
		name, _ := call.Arg("name")
		s.login(name)
	case "set-cli":
		s.setCLI(call)
	case "show-cli":
		s.show(s.showCLI(), call.Pipes)
	case "show-cli-history":
		lines := s.histories[false].Lines()
		s.show(strings.Join(lines, "\n")+"\n", call.Pipes)
	case "get-log":
		name, _ := call.Arg("filename")
		s.showLog(name, call.Pipes)
	default:
		s.own(call)
	}
}

// own carries out the commands that the grammar itself declares.
func (s *shell) own(call command.Call) {
	switch call.RPC.Name {
	case command.FileCompare, command.FileCopy, command.FileDelete, command.FileList, command.FileRename, command.FileShow:
		s.fileCommand(call)
	case command.HelpApropos, command.HelpTopic, command.HelpTip:
		words := []string{call.Words[1], orElse(value(call, "word"), "cli")}
		text, err := s.helpCommand(words, command.Statement{})
		if err != nil {
			s.fail(err)
			return
		}
		s.show(text, call.Pipes)
	case command.SetDirectory:
		s.setDirectory(value(call, "directory"))
	case command.SetStamp:
		s.settings.timestamp = value(call, "timestamp-string")
		s.out.Print(s.timestampText() + "\n")
	case command.ShowCLIDir:
		s.show(s.directoryText(), call.Pipes)
	default:
		s.fail(fmt.Errorf("the shell cannot carry out %s", call.RPC.Name))
	}
}

// leave ends the visit to a component, or the session.
func (s *shell) leave() {
	if s.here.component == "" {
		s.ended = true
		return
	}
	s.here = s.home
}

// notAtComponents are the shell's commands that have no meaning at a component.
func notAtComponents() []string { return []string{"configure", "request-component-login"} }

// notBehindRun are those that have none in configuration mode.
func notBehindRun() []string { return []string{"configure", "exit", "quit", "request-component-login"} }

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
	server, ok := serverOf(who.Role.String())
	if !ok {
		s.fail(fmt.Errorf("log in to %s: a %s has no shell", name, who.Role))
		return
	}
	op := command.NewOperational(s.schema, server, schema.ServedByCLI).Without(notAtComponents()...)
	s.here = place{component: name, caller: relay, op: op}
}

// serverOf is the schema's word for a role of the inventory.
func serverOf(role string) (schema.Server, bool) {
	for _, s := range []schema.Server{
		schema.ServedByDirector, schema.ServedByNode, schema.ServedByInterconnect, schema.ServedByFabricControl,
	} {
		if strings.HasPrefix(role, string(s)) {
			return s, true
		}
	}
	return "", false
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

// refreshHost asks for the host name that the prompt shows. Somebody else may have
// changed it since the last prompt.
func (s *shell) refreshHost() {
	if s.here.component != "" || s.busy() || !s.term.Interactive() {
		return
	}
	req := rpc.GetConfiguration{Format: "set", Database: rpc.Committed, Path: "system host-name"}
	text, err := s.configurationText(req)
	if err != nil {
		return // the name stays as it is; the next command will say what is wrong
	}
	for line := range strings.Lines(text) {
		toks := command.Tokens(line)
		if i := slices.IndexFunc(toks, func(t command.Token) bool { return t.Text == "host-name" }); i >= 0 && i+1 < len(toks) {
			s.host = toks[i+1].Text
		}
	}
}

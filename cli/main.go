package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"oneswitch/cli/line"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
)

// Environment of the process, set by the director.
const (
	envUser = "ONESWITCH_USER" // who is logged in
	envHost = "ONESWITCH_HOST" // host part of the prompt until the configuration tells
	envHome = "ONESWITCH_HOME" // the user's own directory; without it there are no files
	envIdle = "ONESWITCH_IDLE" // how long nobody may type, as time.ParseDuration reads it; none: for ever
)

// serverDescriptor is the inherited NETCONF connection.
const serverDescriptor = 3

// helloTimeout is how long the director may take to greet.
const helloTimeout = 10 * time.Second

// Main is the entry point of `oneswitch cli`; it returns the exit status. With
// --command it carries out commands, separated by semicolons, without a terminal;
// otherwise it is interactive.
func Main(args []string) int {
	flags := flag.NewFlagSet("oneswitch cli", flag.ContinueOnError)
	commands := flags.String("command", "", "carry out `commands` and exit")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "command" })
	status, err := run(given, *commands)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return status
}

// run puts the session together and lives as long as it does.
func run(exec bool, commands string) (int, error) {
	conn, err := serverConn()
	if err != nil {
		return 1, err
	}
	connected := make(chan dialled, 1)
	go func() { connected <- greet(conn) }() // the hello travels while the schema compiles
	words, err := schema.Load()
	if err != nil {
		return 1, fmt.Errorf("load schema: %w", err)
	}
	server := <-connected
	if server.err != nil {
		return 1, server.err
	}
	defer func() { _ = server.client.Close() }()
	who := identity{
		user: orElse(os.Getenv(envUser), "admin"), host: orElse(os.Getenv(envHost), "oneswitch"),
		home: os.Getenv(envHome),
	}
	if exec {
		s := newShell(words, server.client, who, plainOutput{os.Stdout})
		return s.runAll(commands), nil
	}
	term, err := line.Open(os.Stdin, os.Stdout)
	if err != nil {
		return 1, err
	}
	defer func() { _ = term.Close() }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGHUP, syscall.SIGTERM)
	go func() { // the director hangs up: leave in order, as if the user had
		<-stop
		term.HangUp()
	}()
	s := newShell(words, server.client, who, term)
	return s.interact(term), nil
}

type dialled struct {
	client *netconf.Client
	err    error
}

// greet exchanges hellos.
func greet(conn io.ReadWriteCloser) dialled {
	ctx, cancel := context.WithTimeout(context.Background(), helloTimeout)
	defer cancel()
	client, err := netconf.NewClient(ctx, conn, netconf.ClientConfig{})
	if err != nil {
		err = fmt.Errorf("open session to the director: %w", err)
	}
	return dialled{client, err}
}

// serverConn is the connection that the director left for us.
func serverConn() (net.Conn, error) {
	f := os.NewFile(serverDescriptor, "director")
	if f == nil {
		return nil, errors.New("the shell is started by the director: log in with ssh")
	}
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("the shell is started by the director, log in with ssh: descriptor %d: %w", serverDescriptor, err)
	}
	return conn, f.Close()
}

// splitCommands cuts the commands of the exec form at semicolons and line ends
// outside of quotes.
func splitCommands(text string) []string {
	var out []string
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case (c == ';' || c == '\n') && !quoted:
			out = append(out, strings.TrimSpace(text[start:i]))
			start = i + 1
		}
	}
	return append(out, strings.TrimSpace(text[start:]))
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

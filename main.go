// Command oneswitch is every part of the fabric in one binary: one subcommand
// per role, and the lab that runs them all on one machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"oneswitch/cli"
	"oneswitch/director"
	"oneswitch/fabricctl"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/lab"
	"oneswitch/nodeagent"
)

type runFunc func(context.Context, bootstrap.File, *slog.Logger) error

type commands struct {
	Director  directorCmd  `cmd:"" help:"Run a director."`
	Fabricctl fabricctlCmd `cmd:"" help:"Run a fabric control (route reflector)."`
	Nodeagent nodeagentCmd `cmd:"" help:"Run the agent of a node or interconnect device."`
	Cli       struct{}     `cmd:"" help:"Run the shell; the director starts it for each login."`
	Up        lab.Options  `cmd:"" help:"Build a whole fabric on this machine and start it."`
	Down      lab.DownCmd  `cmd:"" help:"Take the fabric down; its configuration is kept."`
	Lab       lab.Commands `cmd:"" help:"Work with the fabric that up started."`
	Host      lab.HostCmd  `cmd:"" hidden:"" help:"Be a test host on the memory plane."`
	Supervise lab.Daemon   `cmd:"" hidden:"" help:"Keep the processes of a lab running."`
}

type roleFlags struct {
	Config string `help:"Bootstrap file." type:"existingfile" required:""`
}

type (
	directorCmd  struct{ roleFlags }
	fabricctlCmd struct{ roleFlags }
	nodeagentCmd struct{ roleFlags }
)

func (c directorCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.start(ctx, log, director.Run)
}

func (c fabricctlCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.start(ctx, log, fabricctl.Run)
}

func (c nodeagentCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.start(ctx, log, nodeagent.Run)
}

func (c roleFlags) start(ctx context.Context, log *slog.Logger, run runFunc) error {
	f, err := bootstrap.Load(c.Config)
	if err != nil {
		return err
	}
	return run(ctx, f, log.With("component", f.Serial))
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "cli" {
		os.Exit(cli.Main(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	k := kong.Parse(&commands{}, kong.Name("oneswitch"), kong.Description("Many switches, one switch."),
		kong.Vars{"state": lab.DefaultState()}, kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(slog.New(slog.NewTextHandler(os.Stderr, nil))))
	err := k.Run()
	var exit lab.ExitStatus
	switch {
	case errors.As(err, &exit):
		os.Exit(int(exit))
	case err != nil && !errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "oneswitch:", err)
		os.Exit(1)
	}
}

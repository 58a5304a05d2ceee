package lab

import (
	"context"
	"fmt"
	"log/slog"
	"os"
)

// ExitStatus is the exit status of a command that Exec ran, when it is not 0;
// the program ends with the same.
type ExitStatus int

// Error says the status; nobody prints it.
func (e ExitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// StateFlag is the flag that every command of the lab has.
type StateFlag struct {
	State string `help:"State directory of the fabric." type:"path" default:"${state}"`
}

// Run is `oneswitch up`.
func (o Options) Run(ctx context.Context) error { return Up(ctx, o, os.Stdout) }

// DownCmd is `oneswitch down`.
type DownCmd struct{ StateFlag }

// Run takes the lab down.
func (c DownCmd) Run(ctx context.Context) error { return Down(ctx, c.State, os.Stdout) }

// Daemon is the process that `up` leaves behind.
type Daemon struct{ StateFlag }

// Run supervises until the process is asked to stop.
func (c Daemon) Run(ctx context.Context, log *slog.Logger) error { return Supervise(ctx, c.State, log) }

// HostCmd is the process of a test host on the memory plane.
type HostCmd struct {
	StateFlag
	Name string `arg:"" help:"Test host."`
}

// Run lives on the host's cable until the process is asked to stop.
func (c HostCmd) Run(ctx context.Context, log *slog.Logger) error {
	return RunHost(ctx, c.State, c.Name, log)
}

// Commands are the subcommands of `oneswitch lab`.
type Commands struct {
	Exec   ExecCmd   `cmd:"" help:"Run a command in the namespace of a component."`
	Link   LinkCmd   `cmd:"" help:"Pull or plug the cable at a port."`
	Move   MoveCmd   `cmd:"" help:"Plug the cable of a host into another port."`
	Stop   StopCmd   `cmd:"" help:"Kill the process of a component and keep it down."`
	Start  StartCmd  `cmd:"" help:"Start a component that stop keeps down."`
	Status StatusCmd `cmd:"" help:"Show the processes of the fabric."`
}

// ExecCmd is `oneswitch lab exec`.
type ExecCmd struct {
	StateFlag
	Name string   `arg:"" help:"Component: h1, Node0, IC-Left, FC-0, dg0."`
	Argv []string `arg:"" help:"Command to run there."`
}

// Run runs the command and passes its exit status on.
func (c ExecCmd) Run(ctx context.Context) error {
	status, err := Exec(ctx, c.State, c.Name, c.Argv)
	if err == nil && status != 0 {
		return ExitStatus(status)
	}
	return err
}

// LinkCmd is `oneswitch lab link`.
type LinkCmd struct {
	StateFlag
	Name   string `arg:"" help:"Component."`
	Port   string `arg:"" help:"Port, such as xe-0/0/0 or fte-0/1/0; eth0 on a host."`
	Wanted string `arg:"" name:"up|down" enum:"up,down" help:"What the cable shall be."`
}

// Run pulls or plugs the cable.
func (c LinkCmd) Run() error { return Link(c.State, c.Name, c.Port, c.Wanted == "up") }

// MoveCmd is `oneswitch lab move`.
type MoveCmd struct {
	StateFlag
	Host string `arg:"" help:"Test host."`
	Node string `arg:"" help:"Node device."`
	Port string `arg:"" help:"Free access port, such as xe-0/0/7."`
}

// Run plugs the cable of the host elsewhere.
func (c MoveCmd) Run() error { return Move(c.State, c.Host, c.Node, c.Port) }

// StatusCmd is `oneswitch lab status`.
type StatusCmd struct {
	StateFlag
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the state of every process.
func (c StatusCmd) Run() error { return PrintStatus(c.State, c.JSON, os.Stdout) }

// StopCmd is `oneswitch lab stop`.
type StopCmd struct {
	StateFlag
	Name string `arg:"" help:"Component: dg0, FC-0, IC-Left, Node0."`
}

// Run kills the process and keeps it down.
func (c StopCmd) Run() error { return Stop(c.State, c.Name) }

// StartCmd is `oneswitch lab start`.
type StartCmd struct {
	StateFlag
	Name string `arg:"" help:"Component: dg0, FC-0, IC-Left, Node0."`
}

// Run lets the component run again.
func (c StartCmd) Run() error { return Start(c.State, c.Name) }

package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
)

// Where completion finds those who are logged in.
const (
	sourceUsers     = "users"
	sourceTerminals = "terminals"
	sourceProcesses = "processes"
)

func (o *Operations) users(context.Context, oper.Call) (report.Report, error) {
	now, own := o.clock.Now(), o.fabric.View().Own
	var users []screen.User
	for _, l := range o.desk.Logins() {
		users = append(users, screen.User{User: l.User, TTY: cmp.Or(l.Terminal, "-"), From: l.From, What: l.what()}.
			Seen(screen.Stay{Since: l.Since, Used: l.Used}, now))
	}
	return screen.NewUsers(screen.NewLoad(now, own.Vitals.Booted, 0, own.Vitals.Load), users), nil
}

// what is the program of a session as w(1) shows it.
func (l Login) what() string {
	if l.Client == "cli" {
		return "-cli (cli)"
	}
	return l.Client + " (mgd)"
}

// logout is `request system logout`: one session by its terminal or process, or all
// those of a user.
func (o *Operations) logout(_ context.Context, c oper.Call) (report.Report, error) {
	user, terminal, pid := c.Args.Value("user"), c.Args.Value("terminal"), c.Args.Value("pid")
	meant, whom := func(l Login) bool { return l.User == user }, "user "+user
	switch {
	case terminal != "":
		meant, whom = func(l Login) bool { return l.Terminal == terminal }, "terminal "+terminal
	case pid != "":
		meant, whom = func(l Login) bool { return strconv.Itoa(l.PID) == pid }, "process "+pid
	case user == "":
		return nil, errors.New("missing argument: which user, terminal or process")
	}
	if o.desk.Logout(meant) == 0 {
		return nil, fmt.Errorf("%s is not logged in", whom)
	}
	return nil, nil
}

// loginNames are the names by which `request system logout` knows a session.
func (o *Operations) loginNames(source string) []rpc.Name {
	var out []rpc.Name
	for _, l := range o.desk.Logins() {
		n := rpc.Name{Name: l.User}
		switch source {
		case sourceTerminals:
			n = rpc.Name{Name: l.Terminal, Help: l.User}
		case sourceProcesses:
			n = rpc.Name{Name: strconv.Itoa(l.PID), Help: l.User}
		}
		if n.Name != "" && n.Name != "0" {
			out = append(out, n)
		}
	}
	return out
}

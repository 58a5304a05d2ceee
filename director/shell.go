package director

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"oneswitch/director/account"
	"oneswitch/internal/netconf"
	"oneswitch/internal/sshnet"
)

// How a session came in, as netconf.Peer.Via says it beside netconf.ViaLocal.
const (
	viaSSH      = "ssh"      // NETCONF over the network
	viaDirector = "director" // another director
)

// serve answers one SSH session: shell, one command, or NETCONF.
func (r *role) serve(ctx context.Context, s *sshnet.Session) {
	if s.Kind() == sshnet.KindNETCONF {
		r.serveNETCONF(ctx, s)
		return
	}
	if account.Director(s.User()) {
		_ = s.Exit(1) // the fabric key opens NETCONF alone
		return
	}
	status, err := r.runShell(ctx, s)
	if err != nil {
		r.log.Warn("shell not started", "user", s.User(), "err", err)
		fmt.Fprintln(s.Stderr(), "error: the shell cannot be started; the log of the director says why")
		status = 1
	}
	_ = s.Exit(status) // the client may have gone
}

// serveOnly answers NETCONF and refuses shells: what TCP port 830 is for (RFC 6242
// section 3).
func (r *role) serveOnly(ctx context.Context, s *sshnet.Session) {
	if s.Kind() != sshnet.KindNETCONF {
		_ = s.Exit(1)
		return
	}
	r.serveNETCONF(ctx, s)
}

func (r *role) serveNETCONF(ctx context.Context, s *sshnet.Session) {
	peer := netconf.Peer{User: s.User(), Remote: s.Remote().String(), Via: viaSSH}
	if from, ok := parseRelayUser(s.User()); ok {
		peer.User, peer.Class, peer.Remote = from.User, r.access().Class(from.User), cmp.Or(from.Remote, peer.Remote)
		peer.Seat = from.Seat
		if from.Client == netconf.ClientShell {
			peer.Via = netconf.ViaLocal
		}
		r.serveHere(ctx, s, peer)
		return
	}
	if s.User() == account.Fabric {
		peer.Class, peer.Via = classFabric, viaDirector
		r.serveHere(ctx, s, peer)
		return
	}
	peer.Class = r.access().Class(s.User())
	r.serveStream(ctx, s, peer)
}

// runShell starts `oneswitch cli` for one login. The shell speaks NETCONF on its
// descriptor 3 with us; it holds no key and reaches nothing else.
func (r *role) runShell(ctx context.Context, s *sshnet.Session) (int, error) {
	program, err := os.Executable()
	if err != nil {
		return 1, fmt.Errorf("find program: %w", err)
	}
	ours, theirs, err := sshnet.SocketPair()
	if err != nil {
		return 1, fmt.Errorf("make socket: %w", err)
	}
	defer theirs.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer ours.Close()
	var serving sync.WaitGroup
	serve := func(terminal string, pid int) {
		peer := netconf.Peer{User: s.User(), Class: r.access().Class(s.User()), Remote: s.Remote().Addr().String(), Via: netconf.ViaLocal,
			Seat: netconf.Seat{Terminal: terminal, PID: pid}}
		serving.Go(func() { r.serveStream(ctx, ours, peer) })
	}
	args := []string{"cli"}
	if s.Kind() == sshnet.KindExec {
		args = append(args, "--command", s.Command())
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.ExtraFiles = []*os.File{theirs} // becomes descriptor 3
	cmd.Env = r.environment(s)
	cmd.Dir = r.home(s.User())
	status, err := sshnet.RunOnPTY(ctx, s, cmd, serve)
	cancel()
	serving.Wait()
	return status, err
}

// environment is all that a shell knows of us.
func (r *role) environment(s *sshnet.Session) []string {
	env := []string{"ONESWITCH_USER=" + s.User(), "ONESWITCH_HOST=" + r.hostName(), "ONESWITCH_HOME=" + r.home(s.User()),
		"ONESWITCH_IDLE=" + r.class(netconf.Peer{User: s.User()}).Idle.String(),
		"PATH=/usr/bin:/bin", "LANG=C.UTF-8"}
	if term, ok := s.PTY(); ok {
		env = append(env, "TERM="+term)
	}
	return env
}

// home returns the directory of a user's own files, made at first use. A user name
// of the schema holds no slash, but it is a name from outside all the same.
func (r *role) home(user string) string {
	dir := filepath.Join(r.file.State, "home", filepath.Base(filepath.Clean("/"+user)))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		r.log.Warn("no directory for the files of a user", "user", user, "err", err)
		return "/"
	}
	return dir
}

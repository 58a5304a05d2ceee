package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// database is a MariaDB of the test's own.
type database struct {
	t      *testing.T
	dir    string
	port   string
	server *exec.Cmd
}

// mariadb starts one and returns a DSN for it.
func mariadb(t *testing.T) string {
	t.Helper()
	return newDatabase(t).dsn()
}

func (d *database) dsn() string { return "mysql://fabric:e2e@127.0.0.1:" + d.port + "/fabric" }

func newDatabase(t *testing.T) *database {
	t.Helper()
	dir, err := os.MkdirTemp("", "osdb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	_, port, _ := strings.Cut(freePort(t), ":")
	d := &database{t: t, dir: dir, port: port}
	making := exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+filepath.Join(dir, "data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--user=root")
	making.Env = d.env()
	out, err := making.CombinedOutput()
	if err != nil {
		t.Fatalf("mariadb-install-db (Debian package mariadb-server): %v\n%s", err, out)
	}
	t.Cleanup(func() { d.stop(syscall.SIGTERM) })
	d.start("CREATE DATABASE fabric CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; " +
		"CREATE USER fabric@'127.0.0.1' IDENTIFIED BY 'e2e'; GRANT ALL ON fabric.* TO fabric@'127.0.0.1'")
	return d
}

// env gives the server a directory of its own for temporary tables: one that starts
// removes what it finds there, also that of another.
func (d *database) env() []string { return append(os.Environ(), "TMPDIR="+d.dir) }

// start runs the server and waits until it has carried out a statement.
func (d *database) start(sql string) {
	d.t.Helper()
	socket := filepath.Join(d.dir, "s")
	d.server = exec.Command("mariadbd", "--no-defaults", "--datadir="+filepath.Join(d.dir, "data"), "--user=root", "--socket="+socket,
		"--bind-address=127.0.0.1", "--port="+d.port, "--pid-file="+filepath.Join(d.dir, "pid"), "--innodb-buffer-pool-size=32M")
	d.server.Env = d.env()
	d.server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.server.Start(); err != nil {
		d.t.Fatal(err)
	}
	await(d.t, 30*time.Second, "mariadbd to answer", func() bool {
		return exec.Command("mariadb", "--no-defaults", "--socket="+socket, "--user=root", "--execute="+sql).Run() == nil
	})
}

// stop ends the server with a signal.
func (d *database) stop(signal syscall.Signal) {
	_ = d.server.Process.Signal(signal) // it may be gone already
	_ = d.server.Wait()
}

// TestMariaDB runs a fabric whose directors keep everything in MariaDB, and kills
// the leader.
func TestMariaDB(t *testing.T) {
	f := start(t, "--db", mariadb(t))
	m := f.mustDial()
	if err := m.load("set vlans v10 vlan-id 10\nset interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members v10\n" +
		"set interfaces Node3:xe-0/0/1 unit 0 family ethernet-switching vlan members v10\n"); err != nil {
		t.Fatal(err)
	}
	m.commit()
	m.close()
	if !f.pings("h1", "10.0.0.8") || f.pings("h1", "10.0.0.2") {
		t.Error("the fabric does not forward as it was configured")
	}
	leader := f.leader()
	f.mustLab("stop", leader)
	took := await(t, 5*time.Second, "the shell at the same address", func() bool {
		out, err := f.execWithin(1500*time.Millisecond, "show configuration vlans | no-more")
		return err == nil && strings.Contains(out, "vlan-id 10;")
	})
	t.Logf("leader killed on MariaDB: shell back after %.1f s", took.Seconds())
	// The kernel of the killed leader keeps the address until its lifetime ends.
	await(t, 10*time.Second, "the other director alone to hold the address", func() bool { return f.leader() != leader })
}

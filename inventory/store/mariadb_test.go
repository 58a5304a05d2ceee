package store_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a MariaDB of the test's own: datadir, socket and port are its own, and
// it ends with the test binary.
type server struct {
	dir  string
	port int
	cmd  *exec.Cmd
	seq  int
	mu   sync.Mutex
}

const password = "s3cret@:/%x" // every character that a DSN could trip over

// newServer starts one for a test and ends it with it.
func newServer(t *testing.T) *server {
	t.Helper()
	s, err := startServer(t.TempDir())
	if s != nil {
		t.Cleanup(s.stop)
	}
	check(t, err)
	return s
}

// startServer makes a datadir and starts mariadbd on it.
func startServer(dir string) (*server, error) {
	install, err := find("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	daemon, err := find("mariadbd")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, port: port}
	return s, s.install(install, daemon)
}

func (s *server) install(install, daemon string) error {
	data := filepath.Join(s.dir, "data")
	making := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user=root")
	making.Env = s.env()
	out, err := making.CombinedOutput()
	if err != nil {
		return fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	if err := s.start(daemon); err != nil {
		return err
	}
	return s.sql(fmt.Sprintf("CREATE USER fabric@'127.0.0.1' IDENTIFIED BY '%s'; GRANT ALL ON *.* TO fabric@'127.0.0.1'", password))
}

// start runs mariadbd on the datadir as it is, and waits until it answers.
func (s *server) start(daemon string) error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(daemon, "--no-defaults", "--datadir="+filepath.Join(s.dir, "data"), "--user=root", "--socket="+s.socket(),
		"--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", s.port), "--pid-file="+filepath.Join(s.dir, "pid"),
		"--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M", "--skip-log-bin")
	s.cmd.Stdout, s.cmd.Stderr, s.cmd.Env = log, log, s.env()
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await()
}

// env gives the server a directory of its own for temporary tables: one that starts
// removes what it finds there, also that of another.
func (s *server) env() []string { return append(os.Environ(), "TMPDIR="+s.dir) }

func (s *server) socket() string { return filepath.Join(s.dir, "sock") }

// await polls until the server answers.
func (s *server) await() error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(60 * time.Second)
	for {
		err := s.sql("SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("mariadbd does not answer: %w\n%s", err, text)
		}
	}
}

func (s *server) sql(text string) error {
	client, err := find("mariadb")
	if err != nil {
		return err
	}
	out, err := exec.Command(client, "--no-defaults", "--socket="+s.socket(), "--user=root", "-e", text).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// database makes an empty database and returns its name.
func (s *server) database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	s.seq++
	name := fmt.Sprintf("fabric%d", s.seq)
	s.mu.Unlock()
	check(t, s.sql("CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))
	return name
}

// dsn is the DSN that an operator would write.
func (s *server) dsn(database string) string {
	escaped := strings.NewReplacer("%", "%25", "/", "%2F").Replace(password)
	return fmt.Sprintf("mysql://fabric:%s@127.0.0.1:%d/%s", escaped, s.port, database)
}

// driverDSN is the same for the driver itself.
func (s *server) driverDSN(database string) string {
	return fmt.Sprintf("root@unix(%s)/%s?clientFoundRows=true", s.socket(), database)
}

func (s *server) stop() {
	if s.cmd == nil { // it did not come to that
		return
	}
	_ = s.cmd.Process.Kill() // a throw-away datadir needs no orderly end
	_ = s.cmd.Wait()
}

func find(program string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin") {
		path := filepath.Join(dir, program)
		if st, err := os.Stat(path); err == nil && st.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not installed: apt-get install mariadb-server", program)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// canceled is a context that is over.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

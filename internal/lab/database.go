package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"oneswitch/internal/lab/wiring"
)

// The directors of a lab live in namespaces of their own and see nothing but the
// control network. A database that the user names is outside; it is reached through
// a forward at the lab's own foot on that network.

const (
	standardMySQL = "3306"
	firstDBPort   = 33060 // of the forwards: one port for each host of the DSN
)

// databaseHosts returns where the hosts of a DSN are, as host:port or as the path
// of a local socket, with the text before and after them.
func databaseHosts(dsn string) (before string, hosts []string, after string, err error) {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok || scheme != "mysql" && scheme != "mariadb" {
		return "", nil, "", errors.New("--db is not of the form mysql://user:password@host/database")
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return "", nil, "", errors.New("--db names no user, want mysql://user:password@host/database")
	}
	before, rest = scheme+"://"+rest[:at+1], rest[at+1:]
	if socket, ok := strings.CutPrefix(rest, "unix("); ok {
		path, database, ok := strings.Cut(socket, ")/")
		if !ok {
			return "", nil, "", errors.New("--db names no database, want mysql://user:password@unix(/path)/database")
		}
		return before, []string{path}, "/" + database, nil
	}
	list, database, ok := strings.Cut(rest, "/")
	if !ok || database == "" {
		return "", nil, "", errors.New("--db names no database, want mysql://user:password@host/database")
	}
	for h := range strings.SplitSeq(list, ",") {
		if _, _, err := net.SplitHostPort(h); err != nil {
			h = net.JoinHostPort(strings.Trim(h, "[]"), standardMySQL)
		}
		hosts = append(hosts, h)
	}
	return before, hosts, "/" + database, nil
}

// database is where the directors keep things: what the user said, seen from the
// directors, or one embedded file that both directors of this machine share.
func (o Options) database(outside netip.Addr) (string, error) {
	if o.DB == "" {
		return "sqlite://" + embeddedStore(o.State), nil
	}
	before, hosts, after, err := databaseHosts(o.DB)
	if err != nil || o.memory() {
		return o.DB, err
	}
	for i := range hosts {
		hosts[i] = netip.AddrPortFrom(outside, uint16(firstDBPort+i)).String()
	}
	return before + strings.Join(hosts, ",") + after, nil
}

// databaseForwards opens the way from the directors to the hosts of the DSN.
func (s *supervisor) databaseForwards(ctx context.Context) ([]*forward, error) {
	if s.options.DB == "" || s.options.memory() {
		return nil, nil
	}
	_, hosts, _, err := databaseHosts(s.options.DB)
	if err != nil {
		return nil, err
	}
	var out []*forward
	for i, h := range hosts {
		f := &forward{targets: []string{h}, network: "tcp", patience: dialTimeout, log: s.log}
		if strings.HasPrefix(h, "/") {
			f.network = "unix"
		}
		at := net.JoinHostPort(s.topology.Outside.Addr().String(), strconv.Itoa(firstDBPort+i))
		err := wiring.Do(Namespace(s.options.State, controlNamespace), func() (err error) {
			var lc net.ListenConfig
			f.listener, err = lc.Listen(ctx, "tcp4", at)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("listen for the directors' database: %w", err)
		}
		out = append(out, f)
	}
	return out, nil
}

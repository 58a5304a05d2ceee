package store

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
)

// connect opens a pool for dsn. Nothing is dialled yet.
func connect(dsn string, log *slog.Logger) (*sql.DB, engine, error) {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return nil, nil, errors.New("the DSN is not of the form sqlite:///path or mysql://user:password@host/database")
	}
	switch scheme {
	case "sqlite":
		return openSQLite(rest)
	case "mysql", "mariadb":
		t, err := parseMySQL(rest)
		if err != nil {
			return nil, nil, err
		}
		return openMySQL(t, log)
	}
	return nil, nil, fmt.Errorf("the DSN begins with %q, want sqlite or mysql", scheme)
}

// target is a MySQL or MariaDB database behind one or more addresses.
type target struct {
	user, password string
	hosts          []string // host:port, or an absolute path of a local socket
	database       string
}

// parseMySQL reads user:password@host[:port][,host[:port]...]/database. Errors
// never repeat the text: it holds a password.
func parseMySQL(s string) (target, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return target{}, errors.New("the mysql DSN has no user: want user:password@host/database")
	}
	user, password, _ := strings.Cut(s[:at], ":")
	hosts, database, ok := strings.Cut(s[at+1:], "/")
	if socket, inParens := strings.CutPrefix(s[at+1:], "unix("); inParens {
		hosts, database, ok = strings.Cut(socket, ")/")
	}
	if !ok || database == "" || strings.ContainsAny(database, "/?") {
		return target{}, errors.New("the mysql DSN names no database: want user:password@host/database")
	}
	t := target{database: database}
	for _, part := range []struct {
		into *string
		from string
	}{{&t.user, user}, {&t.password, password}} {
		var err error
		if *part.into, err = url.PathUnescape(part.from); err != nil {
			return target{}, errors.New("user or password of the mysql DSN holds a % that starts no escape")
		}
	}
	if t.user == "" {
		return target{}, errors.New("the mysql DSN has an empty user")
	}
	for _, h := range strings.Split(hosts, ",") {
		addr, err := hostPort(h)
		if err != nil {
			return target{}, err
		}
		t.hosts = append(t.hosts, addr)
	}
	return t, nil
}

func hostPort(h string) (string, error) {
	switch {
	case h == "":
		return "", errors.New("the mysql DSN has an empty host")
	case strings.HasPrefix(h, "/"):
		return h, nil
	}
	if _, _, err := net.SplitHostPort(h); err == nil {
		return h, nil
	}
	host := strings.Trim(h, "[]")
	if strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return "", fmt.Errorf("host %q of the mysql DSN is neither host, host:port nor [address]:port", h)
	}
	return net.JoinHostPort(host, "3306"), nil
}

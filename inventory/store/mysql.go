package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Server error numbers.
const (
	errChanged   = 1020 // ER_CHECKREAD: a newer row than the snapshot's (innodb_snapshot_isolation)
	errLockWait  = 1205 // ER_LOCK_WAIT_TIMEOUT
	errDeadlock  = 1213 // ER_LOCK_DEADLOCK, and Galera's certification failure
	errDuplicate = 1062 // ER_DUP_ENTRY
	errKeyName   = 1061 // ER_DUP_KEYNAME: the index of a repeated migration
)

// mysqlEngine is MariaDB or MySQL, alone or as a cluster with one writer.
type mysqlEngine struct{ target target }

func openMySQL(t target, log *slog.Logger) (*sql.DB, engine, error) {
	var hosts hostList
	for _, h := range t.hosts {
		c, err := mysql.NewConnector(mysqlConfig(t, h, log))
		if err != nil {
			return nil, nil, fmt.Errorf("host %s: %w", h, err)
		}
		hosts = append(hosts, host{h, c})
	}
	pool := sql.OpenDB(hosts)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxLifetime(5 * time.Minute) // comes back to the first host after its return
	return pool, mysqlEngine{t}, nil
}

func mysqlConfig(t target, host string, log *slog.Logger) *mysql.Config {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName = t.user, t.password, t.database
	c.Net, c.Addr = "tcp", host
	if strings.HasPrefix(host, "/") {
		c.Net = "unix"
	}
	c.Timeout, c.ReadTimeout, c.WriteTimeout = time.Second, 5*time.Second, 5*time.Second
	c.ClientFoundRows = true   // a compare-and-set that changes nothing still found its row
	c.RejectReadOnly = true    // a demoted primary: drop the connection, try the next host
	c.InterpolateParams = true // one round trip a statement
	c.Collation = "utf8mb4_bin"
	c.Params = map[string]string{"innodb_lock_wait_timeout": "1"} // reliability.md F24: bounded wait
	c.Logger = driverLog{log}
	return c
}

// driverLog is where the driver writes of broken connections; by itself it would
// write to standard error.
type driverLog struct{ log *slog.Logger }

// Print passes one line of the driver on.
func (l driverLog) Print(v ...any) { l.log.Debug("datastore connection", "reason", fmt.Sprint(v...)) }

type host struct {
	address string
	driver.Connector
}

// hostList dials the first host that answers. The order is kept: with a Galera
// cluster all directors write through one node (dependencies.md 2.4).
type hostList []host

// Connect tries each host, a second each.
func (l hostList) Connect(ctx context.Context) (driver.Conn, error) {
	var errs []error
	for _, h := range l {
		c, err := h.Connector.Connect(ctx)
		if err == nil {
			return c, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", h.address, err))
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(errs...)
}

// Driver returns the driver behind the connections.
func (l hostList) Driver() driver.Driver { return &mysql.MySQLDriver{} }

func (e mysqlEngine) describe() string {
	return fmt.Sprintf("MySQL protocol, database %s at %s", e.target.database, strings.Join(e.target.hosts, ", "))
}

func (mysqlEngine) transient(err error) bool {
	n := number(err)
	return n == errDeadlock || n == errLockWait || n == errChanged
}

func (mysqlEngine) duplicate(err error) bool {
	return number(err) == errDuplicate || number(err) == errKeyName
}

func number(err error) uint16 {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

// check refuses a database in which two VLAN names that differ in case are one.
func (e mysqlEngine) check(ctx context.Context, db *sql.DB) error {
	var collation string
	if err := db.QueryRowContext(ctx, `SELECT @@collation_database`).Scan(&collation); err != nil {
		return err
	}
	if collation != "utf8mb4_bin" {
		return fmt.Errorf("database %s has the collation %s: run ALTER DATABASE %[1]s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin before its first use",
			e.target.database, collation)
	}
	return nil
}

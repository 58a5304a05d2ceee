package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"oneswitch/inventory"
)

// Enrol returns the member with the contact's serial number, new or known, and
// brings its address and model up to date. The host key is pinned at first
// contact; another one is ErrKeyChanged. Any director may enrol: the row is a fact
// about the member, first come first served by its key, and no decision of a leader.
func (db *DB) Enrol(ctx context.Context, c inventory.Member) (inventory.Member, error) {
	if err := keyText("serial number", string(c.ID)); err != nil {
		return inventory.Member{}, err
	}
	if c.HostKey == "" || c.Role == inventory.RoleUnknown {
		return inventory.Member{}, fmt.Errorf("enrol %s: host key or role is missing", c.ID)
	}
	var m inventory.Member
	var err error
	for range attempts { // two directors enrol at once: the loser of an insert finds the row
		err = db.write(ctx, func(tx *sql.Tx) (err error) {
			m, err = db.enrol(ctx, tx, c)
			return err
		})
		if !db.engine.duplicate(err) {
			break
		}
	}
	if err != nil {
		return inventory.Member{}, fmt.Errorf("enrol %s: %w", c.ID, err)
	}
	return m, nil
}

const memberColumns = `serial, role, device, address, model, host_key`

func scanMember(scan func(...any) error) (m inventory.Member, err error) {
	var role, address string
	var device sql.NullInt64
	if err := scan(&m.ID, &role, &device, &address, &m.Model, &m.HostKey); err != nil {
		return m, err
	}
	m.Device = inventory.DeviceID(device.Int64)
	if m.Role, err = inventory.ParseRole(role); err != nil {
		return m, &CorruptError{Row: fmt.Sprintf("member %s", m.ID)}
	}
	if address != "" {
		if m.Address, err = netip.ParseAddr(address); err != nil {
			return m, &CorruptError{Row: fmt.Sprintf("member %s", m.ID)}
		}
	}
	return m, nil
}

func (db *DB) enrol(ctx context.Context, tx *sql.Tx, c inventory.Member) (inventory.Member, error) {
	m, err := scanMember(tx.QueryRowContext(ctx, `SELECT `+memberColumns+` FROM members WHERE serial = ?`, c.ID).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return db.insertMember(ctx, tx, c)
	case err != nil:
		return m, err
	case m.HostKey != c.HostKey:
		return m, ErrKeyChanged
	case m.Role != c.Role:
		return m, fmt.Errorf("it is enrolled as %s and says that it is a %s", m.Role, c.Role)
	}
	m.Address, m.Model = c.Address, c.Model
	_, err = exec(ctx, tx, `UPDATE members SET address = ?, model = ?, last_seen = ? WHERE serial = ?`, text(c.Address), c.Model, db.now(), c.ID)
	return m, err
}

func (db *DB) insertMember(ctx context.Context, tx *sql.Tx, c inventory.Member) (inventory.Member, error) {
	m := inventory.Member{ID: c.ID, Role: c.Role, Address: c.Address, Model: c.Model, HostKey: c.HostKey}
	var device sql.NullInt64
	if c.Role == inventory.RoleNode || c.Role == inventory.RoleInterconnect {
		id, err := freeNumber(ctx, tx, `SELECT device FROM members WHERE device IS NOT NULL ORDER BY device`, 1, int64(inventory.MaxDeviceID))
		if err != nil {
			return m, fmt.Errorf("device id: %w", err)
		}
		device, m.Device = sql.NullInt64{Int64: id, Valid: true}, inventory.DeviceID(id)
	}
	now := db.now()
	_, err := exec(ctx, tx, `INSERT INTO members (`+memberColumns+`, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.Role.String(), device, text(c.Address), c.Model, c.HostKey, now, now)
	return m, err
}

// freeNumber returns the number after the highest taken one, or the lowest gap
// when the range is used up.
func freeNumber(ctx context.Context, tx *sql.Tx, taken string, first, last int64) (int64, error) {
	rows, err := tx.QueryContext(ctx, taken)
	have, err := collect(rows, err, func(scan func(...any) error) (n int64, err error) { return n, scan(&n) })
	if err != nil {
		return 0, err
	}
	next := first
	for _, n := range have {
		next = max(next, n+1)
	}
	if next <= last {
		return next, nil
	}
	next = first
	for _, n := range have {
		if n == next {
			next++
		}
	}
	if next > last {
		return 0, fmt.Errorf("all numbers %d..%d are taken", first, last)
	}
	return next, nil
}

func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// Members returns everybody who ever enrolled, in order of serial number. Aliases
// are configuration and not known here.
func (db *DB) Members(ctx context.Context) ([]inventory.Member, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT `+memberColumns+` FROM members ORDER BY serial`)
	out, err := collect(rows, err, scanMember)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return out, nil
}

// Sighting is when a member was seen first and last.
type Sighting struct {
	Member      inventory.MemberID
	First, Last time.Time
}

// Sightings returns them in order of serial number.
func (db *DB) Sightings(ctx context.Context) ([]Sighting, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT serial, first_seen, last_seen FROM members ORDER BY serial`)
	out, err := collect(rows, err, func(scan func(...any) error) (s Sighting, err error) {
		var first, last int64
		err = scan(&s.Member, &first, &last)
		s.First, s.Last = when(first), when(last)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return out, nil
}

// Numbers returns the domain numbers of VLANs that have no vlan-id. A name that
// has none yet gets the next free one, for good.
func (db *DB) Numbers(ctx context.Context, epoch uint64, vlans []string) (map[string]inventory.DomainID, error) {
	have, err := db.Domains(ctx)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, v := range vlans {
		if _, ok := have[v]; !ok {
			missing = append(missing, v)
		}
	}
	if len(missing) == 0 {
		return have, nil
	}
	err = db.lead(ctx, epoch, func(tx *sql.Tx) error { return giveNumbers(ctx, tx, missing) })
	if err != nil {
		return nil, fmt.Errorf("number VLANs: %w", err)
	}
	return db.Domains(ctx)
}

func giveNumbers(ctx context.Context, tx *sql.Tx, vlans []string) error {
	for _, v := range vlans {
		if err := keyText("VLAN name", v); err != nil {
			return err
		}
		n, err := freeNumber(ctx, tx, `SELECT domain FROM numbers ORDER BY domain`, int64(inventory.FirstUntaggedDomain), int64(inventory.MaxDomainID))
		if err != nil {
			return fmt.Errorf("VLAN %s: %w", v, err)
		}
		_, err = exec(ctx, tx, `INSERT INTO numbers (vlan, domain) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE vlan = ?)`, v, n, v)
		if err != nil {
			return err
		}
	}
	return nil
}

// Domains returns all numbers given so far.
func (db *DB) Domains(ctx context.Context) (map[string]inventory.DomainID, error) {
	type pair struct {
		vlan   string
		domain int64
	}
	rows, err := db.sql.QueryContext(ctx, `SELECT vlan, domain FROM numbers`)
	found, err := collect(rows, err, func(scan func(...any) error) (p pair, err error) { return p, scan(&p.vlan, &p.domain) })
	if err != nil {
		return nil, fmt.Errorf("read VLAN numbers: %w", err)
	}
	out := make(map[string]inventory.DomainID, len(found))
	for _, p := range found {
		out[p.vlan] = inventory.DomainID(p.domain)
	}
	return out, nil
}

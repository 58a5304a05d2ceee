package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// chunkSize keeps every row far under MariaDB's max_allowed_packet.
	chunkSize = 256 << 10
	// maxConfig is the longest configuration that is stored.
	maxConfig = 64 << 20
	// maxIntent is the longest intent; it is one row.
	maxIntent = 8 << 20
)

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// putConfig stores a configuration under its hash. Equal texts are stored once.
func putConfig(ctx context.Context, tx *sql.Tx, text string) (hash string, err error) {
	switch {
	case len(text) > maxConfig:
		return "", fmt.Errorf("configuration has %d octets, at most %d are stored", len(text), maxConfig)
	case !utf8.ValidString(text):
		return "", errors.New("configuration is not valid UTF-8")
	}
	hash = hashOf(text)
	var have int64
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM configs WHERE hash = ?`, hash).Scan(&have); err != nil || have > 0 {
		return hash, err
	}
	for seq, chunk := range chunks(text) {
		if _, err := exec(ctx, tx, `INSERT INTO configs (hash, seq, chunk) VALUES (?, ?, ?)`, hash, int64(seq), chunk); err != nil {
			return "", fmt.Errorf("store configuration: %w", err)
		}
	}
	return hash, nil
}

// chunks cuts text into pieces of at most chunkSize, never inside a character. An
// empty text is one empty piece.
func chunks(text string) []string {
	var out []string
	for len(text) > chunkSize {
		n := chunkSize
		for !utf8.RuneStart(text[n]) {
			n--
		}
		out = append(out, text[:n])
		text = text[n:]
	}
	return append(out, text)
}

// getConfig reads the configuration with that hash and proves it.
func (db *DB) getConfig(ctx context.Context, hash, row string) (string, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT chunk FROM configs WHERE hash = ? ORDER BY seq`, hash)
	parts, err := collect(rows, err, func(scan func(...any) error) (s string, err error) { return s, scan(&s) })
	if err != nil {
		return "", fmt.Errorf("read configuration of %s: %w", row, err)
	}
	text := strings.Join(parts, "")
	if hashOf(text) != hash {
		return "", &CorruptError{Row: row}
	}
	return text, nil
}

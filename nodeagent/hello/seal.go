package hello

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Key seals hellos and probes. Every member of the fabric has it, so it tells that a
// member has sent a frame, not which one: a member that was taken over can lie.
type Key [sha256.Size]byte

// NewKey derives the key from the secret of the fabric (HKDF, RFC 5869).
func NewKey(secret []byte) (Key, error) {
	b, err := hkdf.Key(sha256.New, secret, nil, "oneswitch hello", len(Key{}))
	if err != nil {
		return Key{}, fmt.Errorf("derive key of hellos: %w", err)
	}
	return Key(b), nil
}

// ErrForged is wrapped when a frame was not sealed with our key.
var ErrForged = errors.New("the seal does not hold")

// sealLen is the length of a seal: HMAC-SHA-256-128 (RFC 2104, RFC 4868).
const sealLen = 16

func (k Key) seal(b []byte) [sealLen]byte {
	m := hmac.New(sha256.New, k[:])
	m.Write(b)
	return [sealLen]byte(m.Sum(nil))
}

func (k Key) holds(b, seal []byte) bool {
	want := k.seal(b)
	return hmac.Equal(want[:], seal)
}

// Count names one frame of a port: in which life of the port it was sent, and the
// how-manieth it was. Lives are unpredictable and never come again, so an echo of a
// recent count proves that what echoes it was sent just now, without any clock or
// memory on disk (the index and challenge of RFC 8967).
type Count struct {
	Life   uint64
	Number uint64
}

// NewLife returns the life of a port, from a random number of the process and from how
// often the port has come up in it.
func NewLife(k Key, random uint64, port string, times uint64) uint64 {
	b := append([]byte("life"), port...)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, random), times)
	seal := k.seal(b)
	return binary.BigEndian.Uint64(seal[:])
}

func (c Count) append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, c.Life), c.Number)
}

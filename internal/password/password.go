// Package password makes passwords, hashes them and compares them with the hashes of
// a configuration: bcrypt, which is what we make, and SHA-crypt with SHA-512, which is
// what Junos makes.
//
// It has no state. It must never keep or print a password.
package password

import (
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Length is that of the first password of admin: 24 characters of 32 are
// 120 bits.
const Length = 24

// New makes a password without characters that look alike.
func New() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyzACDEFGH34"
	raw := make([]byte, Length)
	_, _ = rand.Read(raw) // it never fails since Go 1.24: it crashes instead
	for i, b := range raw {
		raw[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(raw)
}

// Hash returns what `encrypted-password` holds.
func Hash(password string) (string, error) {
	h, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return string(h), nil
}

// Verify compares a password with a hash of crypt(3): bcrypt ($2), which is
// what we make, or SHA-512 ($6$), which is what Junos makes.
func Verify(encrypted, password string) bool {
	switch {
	case strings.HasPrefix(encrypted, "$2"):
		return bcrypt.CompareHashAndPassword([]byte(encrypted), []byte(password)) == nil
	case strings.HasPrefix(encrypted, "$6$"):
		made, err := sha512Crypt(encrypted, password)
		return err == nil && subtle.ConstantTimeCompare([]byte(made), []byte(encrypted)) == 1
	}
	return false
}

// Possible reports whether some password could fit a hash: it is whole, and of a kind
// that Verify knows. One that was cut short or mistyped locks its user out.
func Possible(encrypted string) bool {
	if strings.HasPrefix(encrypted, "$2") {
		_, err := bcrypt.Cost([]byte(encrypted))
		return err == nil && len(encrypted) == bcryptLength
	}
	if !strings.HasPrefix(encrypted, "$6$") {
		return false
	}
	made, err := sha512Crypt(encrypted, "")
	return err == nil && len(made) == len(encrypted)
}

// bcryptLength is how many characters a bcrypt hash has.
const bcryptLength = 60

// Bounds of SHA-crypt rounds. Ours are narrower than those of the specification at
// the top: a hash in the configuration must not keep a director busy for minutes.
const (
	defaultRounds = 5000
	minRounds     = 1000
	maxRounds     = 1000000
)

// sha512Crypt computes the hash of the password with the salt and rounds of the
// given hash (SHA-crypt by U. Drepper, steps numbered as there).
func sha512Crypt(encrypted, password string) (string, error) {
	rest := strings.TrimPrefix(encrypted, "$6$")
	rounds, prefix := defaultRounds, "$6$"
	if spec, after, ok := strings.Cut(rest, "$"); ok && strings.HasPrefix(spec, "rounds=") {
		n, err := strconv.Atoi(strings.TrimPrefix(spec, "rounds="))
		if err != nil || n < minRounds || n > maxRounds {
			return "", errors.New("rounds of the password hash are out of range")
		}
		rounds, prefix, rest = n, prefix+spec+"$", after
	}
	salt, _, _ := strings.Cut(rest, "$")
	salt = salt[:min(len(salt), 16)]
	sum := shaCrypt(sha512.New, []byte(password), []byte(salt), rounds)
	return prefix + salt + "$" + sha512Encode(sum), nil
}

func shaCrypt(newHash func() hash.Hash, password, salt []byte, rounds int) []byte {
	digest := func(parts ...[]byte) []byte {
		h := newHash()
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	repeat := func(b []byte, n int) []byte { // b over and over, n octets in all
		out := make([]byte, 0, n)
		for len(out) < n {
			out = append(out, b[:min(len(b), n-len(out))]...)
		}
		return out
	}
	b := digest(password, salt, password)                       // 4-8
	parts := [][]byte{password, salt, repeat(b, len(password))} // 1-3, 9-10
	for n := len(password); n > 0; n >>= 1 {                    // 11
		if n&1 == 1 {
			parts = append(parts, b)
		} else {
			parts = append(parts, password)
		}
	}
	a := digest(parts...)                                                             // 12
	p := repeat(digest(repeat(password, len(password)*len(password))), len(password)) // 13-16
	s := repeat(digest(repeat(salt, (16+int(a[0]))*len(salt))), len(salt))            // 17-20
	for i := range rounds {                                                           // 21
		var step [][]byte
		if i%2 == 1 {
			step = append(step, p)
		} else {
			step = append(step, a)
		}
		if i%3 != 0 {
			step = append(step, s)
		}
		if i%7 != 0 {
			step = append(step, p)
		}
		if i%2 == 1 {
			step = append(step, a)
		} else {
			step = append(step, p)
		}
		a = digest(step...)
	}
	return a
}

// sha512Encode is the base 64 of crypt with the octets in its own order (step 22).
func sha512Encode(sum []byte) string {
	const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var b strings.Builder
	put := func(v uint, n int) {
		for range n {
			b.WriteByte(alphabet[v&63])
			v >>= 6
		}
	}
	x, y, z := 0, 21, 42
	for range 21 {
		put(uint(sum[x])<<16|uint(sum[y])<<8|uint(sum[z]), 4)
		x, y, z = y+1, z+1, x+1
	}
	put(uint(sum[63]), 2)
	return b.String()
}

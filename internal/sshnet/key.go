package sshnet

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"oneswitch/internal/durable"
)

// PublicKey is a public key in its one written form, "ssh-ed25519 AAAA...", so
// that it can be stored, compared with == and used as a map key. The zero value
// is no key.
type PublicKey struct{ line string }

func publicKey(k gossh.PublicKey) PublicKey {
	return PublicKey{strings.TrimSpace(string(gossh.MarshalAuthorizedKey(k)))}
}

// String returns the key as a line of authorized_keys, without a comment.
func (k PublicKey) String() string { return k.line }

// Fingerprint returns the SHA256:... form that OpenSSH prints.
func (k PublicKey) Fingerprint() string {
	parsed, _, _, _, err := gossh.ParseAuthorizedKey([]byte(k.line))
	if err != nil {
		return "none"
	}
	return gossh.FingerprintSHA256(parsed)
}

// ParsePublicKey reads a line of authorized_keys; a comment is dropped. A line
// with options is refused: we would not honour them.
func ParsePublicKey(line string) (PublicKey, error) {
	k, _, options, rest, err := gossh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return PublicKey{}, fmt.Errorf("parse public key: %w", err)
	case len(options) > 0:
		return PublicKey{}, fmt.Errorf("parse public key: options %q are not supported", strings.Join(options, ","))
	case len(strings.TrimSpace(string(rest))) > 0:
		return PublicKey{}, errors.New("parse public key: more than one line")
	}
	return publicKey(k), nil
}

// LoadPublicKey reads a file that holds one key in authorized_keys form.
func LoadPublicKey(path string) (PublicKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return PublicKey{}, fmt.Errorf("read public key: %w", err)
	}
	k, err := ParsePublicKey(string(b))
	if err != nil {
		return PublicKey{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Key is a private key.
type Key struct{ signer gossh.Signer }

// Public returns the public half.
func (k Key) Public() PublicKey { return publicKey(k.signer.PublicKey()) }

// LoadKey reads a private key in OpenSSH or PEM form, without a passphrase.
func LoadKey(path string) (Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("read private key: %w", err)
	}
	signer, err := gossh.ParsePrivateKey(b)
	if err != nil {
		return Key{}, fmt.Errorf("parse private key %s: %w", path, err)
	}
	return Key{signer}, nil
}

// NewKey makes an ed25519 key that is kept nowhere.
func NewKey() (Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("generate key: %w", err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		return Key{}, fmt.Errorf("generate key: %w", err)
	}
	return Key{signer}, nil
}

// LoadOrCreateKey reads the ed25519 key at path, or makes one there at first
// start: mode 0600, the public half beside it in path.pub. After a crash the
// private key is whole or absent; the public half is mended from it.
func LoadOrCreateKey(path string) (Key, error) {
	return loadOrCreate(path, func() (crypto.PrivateKey, error) {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	})
}

// rsaBits is the size of the RSA host key (NIST SP 800-57: good beyond 2030).
const rsaBits = 3072

// LoadOrCreateRSAKey is LoadOrCreateKey for clients that know no ed25519.
func LoadOrCreateRSAKey(path string) (Key, error) {
	return loadOrCreate(path, func() (crypto.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, rsaBits) })
}

func loadOrCreate(path string, generate func() (crypto.PrivateKey, error)) (Key, error) {
	key, err := LoadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(path, generate); err != nil {
			return Key{}, fmt.Errorf("create key %s: %w", path, err)
		}
		key, err = LoadKey(path)
	}
	if err != nil {
		return Key{}, err
	}
	public := []byte(key.Public().String() + "\n")
	if have, err := os.ReadFile(path + ".pub"); err == nil && string(have) == string(public) {
		return key, nil
	}
	if err := durable.Replace(path+".pub", public, 0o644); err != nil {
		return Key{}, fmt.Errorf("write public half of %s: %w", path, err)
	}
	return key, nil
}

func create(path string, generate func() (crypto.PrivateKey, error)) error {
	private, err := generate()
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(private, filepath.Base(path))
	if err != nil {
		return err
	}
	return durable.Replace(path, pem.EncodeToMemory(block), 0o600)
}

package sshnet

import gossh "golang.org/x/crypto/ssh"

// PublicKey is a public key in its one written form, "ssh-ed25519 AAAA...", so
// that it can be stored, compared with == and used as a map key. The zero value
// is no key.
type PublicKey struct{ line string }

// String returns the key as a line of authorized_keys, without a comment.
func (k PublicKey) String() string { return k.line }

// Fingerprint returns the SHA256:... form that OpenSSH prints.
func (k PublicKey) Fingerprint() string { return "" }

// ParsePublicKey reads a line of authorized_keys; a comment is dropped.
func ParsePublicKey(line string) (PublicKey, error) { return PublicKey{}, nil }

// LoadPublicKey reads the first key of a file in authorized_keys form.
func LoadPublicKey(path string) (PublicKey, error) { return PublicKey{}, nil }

// Key is a private key.
type Key struct{ signer gossh.Signer }

// Public returns the public half.
func (k Key) Public() PublicKey { return PublicKey{} }

// LoadKey reads a private key in OpenSSH or PEM form.
func LoadKey(path string) (Key, error) { return Key{}, nil }

// LoadOrCreateKey reads the ed25519 key at path, or makes one there at first
// start: mode 0600, the public half beside it in path.pub, both whole or absent
// after a crash.
func LoadOrCreateKey(path string) (Key, error) { return Key{}, nil }

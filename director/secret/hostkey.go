package secret

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"oneswitch/internal/sshnet"
)

// hostKeyLabel separates the SSH host key from everything else that is ever derived
// from the fabric key.
const hostKeyLabel = "oneswitch director group SSH host key 1"

// HostKey returns the SSH host key of the director group. It is derived from
// the private fabric key, which every director holds, so that the virtual address
// shows the same key whichever director answers, and no director has to wait for a
// datastore to log somebody in.
func HostKey(fabricKey, state string) (sshnet.Key, error) {
	secret, err := os.ReadFile(fabricKey)
	if err != nil {
		return sshnet.Key{}, fmt.Errorf("read fabric key: %w", err)
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, hostKeyLabel, ed25519.SeedSize)
	if err != nil {
		return sshnet.Key{}, fmt.Errorf("derive host key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return sshnet.Key{}, fmt.Errorf("encode host key: %w", err)
	}
	path := filepath.Join(state, "ssh_host_ed25519_key")
	if err := Write(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return sshnet.Key{}, fmt.Errorf("write host key: %w", err)
	}
	return sshnet.LoadKey(path)
}

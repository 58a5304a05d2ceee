package sshnet

import gossh "golang.org/x/crypto/ssh"

// algorithms is what we offer on both sides: what current OpenSSH, paramiko, libssh
// and x/crypto share and nothing with SHA-1 or CBC (reliability.md A13). Strict key
// exchange (against Terrapin) is built into the library.
func algorithms() gossh.Config {
	return gossh.Config{
		KeyExchanges: []string{
			gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519,
			gossh.KeyExchangeECDHP256, gossh.KeyExchangeECDHP384, gossh.KeyExchangeECDHP521,
		},
		Ciphers: []string{
			gossh.CipherAES128GCM, gossh.CipherAES256GCM, gossh.CipherChaCha20Poly1305,
			gossh.CipherAES128CTR, gossh.CipherAES192CTR, gossh.CipherAES256CTR,
		},
		MACs: []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM, gossh.HMACSHA256, gossh.HMACSHA512},
	}
}

// hostKeyAlgorithms are those that a client accepts of a server.
func hostKeyAlgorithms() []string {
	return []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
		gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
	}
}

// userKeyAlgorithms are those with which a client may prove its key.
func userKeyAlgorithms() []string {
	return append(hostKeyAlgorithms(), gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256)
}

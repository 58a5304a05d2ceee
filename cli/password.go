package cli

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/password"
)

// The statement that asks, and the one that keeps the answer.
const (
	plainText = "plain-text-password"
	encrypted = "encrypted-password"
)

// minPassword is how long a password must be, as Junos has it.
const minPassword = 6

// setPassword is `set ... plain-text-password`: it asks twice and sets what the
// password is hashed to. The password itself never leaves this process.
func (s *shell) setPassword(st command.Statement) {
	hash, err := s.newPassword()
	if err != nil {
		s.fail(err)
		return
	}
	st.Line = strings.TrimSuffix(st.Line, plainText) + encrypted + ` "` + hash + `"`
	s.apply(st)
}

// newPassword asks for a password, twice so that it is not mistyped.
func (s *shell) newPassword() (string, error) {
	if s.term == nil {
		return "", fmt.Errorf("%s needs a terminal: set %s instead", plainText, encrypted)
	}
	first, err := s.term.AskSecret("New password:")
	if err != nil {
		return "", errors.New("no password was given")
	}
	if err := acceptable(first); err != nil {
		return "", err
	}
	if second, err := s.term.AskSecret("Retype new password:"); err != nil || second != first {
		return "", errors.New("passwords are not equal; aborting")
	}
	return password.Hash(first)
}

// acceptable applies the rules of Junos to a new password.
func acceptable(p string) error {
	if len([]rune(p)) < minPassword {
		return fmt.Errorf("minimum password length is %d", minPassword)
	}
	lower := strings.IndexFunc(p, unicode.IsLower) >= 0
	other := strings.IndexFunc(p, func(r rune) bool { return !unicode.IsLower(r) }) >= 0
	if !lower || !other {
		return errors.New("require change of case, digits or punctuation")
	}
	return nil
}

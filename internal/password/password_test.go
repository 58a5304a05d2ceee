package password_test

import (
	"strings"
	"testing"

	"oneswitch/internal/password"
)

func TestVerifyPassword(t *testing.T) {
	t.Parallel()
	own, err := password.Hash("secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, encrypted, password string
		want                      bool
	}{
		{"our own", own, "secret", true},
		{"our own, wrong", own, "Secret", false},
		// The vectors of the specification of SHA-crypt.
		{"sha512", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!", true},
		{"sha512, rounds, long salt", "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.", "Hello world!", true},
		{"sha512, wrong", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "hello world!", false},
		{"rounds without end", "$6$rounds=999999999$saltstring$x", "Hello world!", false},
		{"unknown kind", "$1$abc$def", "Hello world!", false},
		{"no hash", "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := password.Verify(c.encrypted, c.password); got != c.want {
				t.Errorf("Verify = %t, want %t", got, c.want)
			}
		})
	}
}

func TestNewPasswordsDiffer(t *testing.T) {
	t.Parallel()
	a, b := password.New(), password.New()
	if a == b || len(a) != password.Length {
		t.Errorf("passwords %q and %q", a, b)
	}
}

func TestPossible(t *testing.T) {
	t.Parallel()
	made, err := password.Hash("secret")
	if err != nil {
		t.Fatal(err)
	}
	sha := "$6$rounds=1000$salt$" + strings.Repeat("a", 86) // as long as SHA-512 is
	for encrypted, want := range map[string]bool{
		made: true, sha: true, made[:59]: false, sha[:len(sha)-1]: false, "$6$x": false, "$2a$10$": false,
		"$5$salt$abc": false, "$1$salt$abc": false, "": false, "secret": false, "$6$rounds=1$salt$": false,
	} {
		if got := password.Possible(encrypted); got != want {
			t.Errorf("%q: %v, want %v", encrypted, got, want)
		}
	}
}

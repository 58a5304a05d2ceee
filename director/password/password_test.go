package password_test

import (
	"testing"

	"oneswitch/director/password"
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

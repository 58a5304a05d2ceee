package sshnet_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"oneswitch/internal/sshnet"
)

// TestBanner: each connection is told what there is to say at that moment.
func TestBanner(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	f := testServer(t, func(c *sshnet.Config) {
		c.Banner = func() string { return fmt.Sprintf("welcome, visitor %d\n", asked.Add(1)) }
	})
	for visitor := 1; visitor <= 2; visitor++ {
		told := ""
		conn, err := gossh.Dial("tcp", f.addr.String(), &gossh.ClientConfig{User: "admin", Auth: []gossh.AuthMethod{gossh.Password("secret")},
			HostKeyCallback: gossh.InsecureIgnoreHostKey(),
			BannerCallback:  func(text string) error { told += text; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		if want := fmt.Sprintf("welcome, visitor %d\n", visitor); told != want {
			t.Errorf("visitor %d was told %q", visitor, told)
		}
	}
}

package store_test

import (
	"context"
	"net"
	"testing"
	"time"

	"oneswitch/inventory/store"
)

// TestDeadServerIsToldAtOnce: whoever starts a director with a DSN at which nobody, or
// nothing that speaks MySQL, answers hears of it in moments.
func TestDeadServerIsToldAtOnce(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	for name, at := range map[string]string{"hangs up": l.Addr().String(), "refuses": "127.0.0.1:1"} {
		began := time.Now()
		db, err := store.Open(context.Background(), "mysql://x:y@"+at+"/fabric", options("dg0"))
		if err == nil {
			t.Errorf("%s: opened, %v", name, db.Close())
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: told after %s", name, took)
		}
	}
}

package netconf_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
)

// TestBrokenChunksCloseTheSession: attack A20 of reliability.md 2b over a whole session.
// What cannot be a chunk ends the session at once, nothing of it reaches the dispatcher,
// a promise of gigabytes takes no memory, and others are served on.
func TestBrokenChunksCloseTheSession(t *testing.T) {
	t.Parallel()
	const rpc = `<rpc message-id="1" xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><touched/></rpc>`
	for name, sent := range map[string]string{
		"size 0":                 "\n#0\n\n##\n",
		"negative":               "\n#-1\n" + rpc + "\n##\n",
		"plus":                   "\n#+5\nabcde\n##\n",
		"leading zero":           "\n#085\n" + rpc + "\n##\n",
		"2^32":                   "\n#4294967296\n" + rpc,
		"2^64":                   "\n#18446744073709551616\n" + rpc,
		"digits without end":     "\n#" + strings.Repeat("1", 1<<16),
		"4 GB promised":          "\n#4294967295\n" + rpc + "\n##\n",
		"hexadecimal":            "\n#0x55\n" + rpc + "\n##\n",
		"no size":                "\n#\n" + rpc + "\n##\n",
		"blank before size":      "\n# 85\n" + rpc + "\n##\n",
		"no line feed":           "#85\n" + rpc + "\n##\n",
		"no chunk":               "\n##\n",
		"size too small":         "\n#5\n" + rpc + "\n##\n",
		"end cut short":          "\n#86\n" + rpc + "\n#!\n",
		"back to end-of-message": rpc + "]]>]]>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			touched := false
			server := netconf.NewServer(netconf.Config{Capabilities: []string{netconf.Base11}, Log: slog.New(slog.DiscardHandler),
				Open: func(*netconf.Session) netconf.Dispatcher {
					return netconftest.Func(func(_ context.Context, op netconf.Operation) netconf.Reply {
						touched = touched || op.Name.Local == "touched"
						return netconf.Done()
					})
				}})
			ours, theirs := net.Pipe()
			served := make(chan error, 1)
			go func() { served <- server.Serve(context.Background(), theirs, netconf.Peer{User: "eve"}) }()
			heard := make(chan []byte, 1)
			go func() {
				b, _ := io.ReadAll(ours) // a pipe that is closed ends it
				heard <- b
			}()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			const hello = `<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>]]>]]>`
			if _, err := ours.Write([]byte(hello)); err != nil {
				t.Fatal(err)
			}
			_, _ = ours.Write([]byte(sent)) // the server may hang up within it
			if name == "4 GB promised" {
				_ = ours.Close() // the rest does not come
			}
			select {
			case err := <-served:
				if err == nil {
					t.Error("the session ended as if all were well")
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the session goes on")
			}
			_ = ours.Close()
			if b := <-heard; bytes.Count(b, []byte("<ok/>")) != 0 || touched {
				t.Errorf("it was carried out: %s", b)
			}
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 256<<20 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
		})
	}
}

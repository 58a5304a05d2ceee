package logs

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/internal/clock"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/syslog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// started returns a log that runs until the test ends.
func started(t *testing.T, dir string) *Logs {
	t.Helper()
	l, err := Open(dir, clock.Real{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l
}

func message(f syslog.Facility, s syslog.Severity, text string) syslog.Message {
	return syslog.Message{At: time.Date(2012, 8, 25, 9, 52, 8, 0, time.UTC), Host: "dg0", Facility: f, Severity: s, Process: "mgd", PID: 1, Text: text}
}

// until waits for a file to hold something.
func until(t *testing.T, l *Logs, name, want string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		text, err := l.Read(name)
		if err == nil && strings.Contains(text, want) {
			return text
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s never held %q: %v\n%s", name, want, err, text)
		case <-time.After(time.Millisecond):
		}
	}
}

func TestShippedFiles(t *testing.T) {
	t.Parallel()
	l := started(t, t.TempDir())
	l.Post(message(syslog.Commands, syslog.Info, "typed"))
	l.Post(message(syslog.Kernel, syslog.Info, "chatter"))
	l.Post(message(syslog.Kernel, syslog.Error, "trouble"))
	l.Post(message(syslog.Authorization, syslog.Info, "login"))
	text := until(t, l, Default, "login")
	if want := "Aug 25 09:52:08  dg0 mgd[1]: trouble\nAug 25 09:52:08  dg0 mgd[1]: login\n"; text != want {
		t.Errorf("messages:\n%s, want\n%s", text, want)
	}
	if text := until(t, l, "interactive-commands", "typed"); strings.Count(text, "\n") != 1 {
		t.Errorf("interactive-commands:\n%s", text)
	}
	for _, name := range []string{"nosuch", "../" + filepath.Base(t.TempDir()), "/etc/passwd"} {
		if _, err := l.Read(name); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := started(t, dir)
	everything := syslog.Filter{Selectors: []syslog.Selector{{Facility: syslog.Any, Severity: syslog.Debug}}}
	l.Apply(Rules{Files: []File{{Name: "small", Filter: everything, Size: 200, Files: 2}}})
	for i := range 40 {
		l.Post(message(syslog.Daemon, syslog.Notice, fmt.Sprintf("message %02d", i)))
	}
	current := until(t, l, "small", "message 39")
	files, err := l.List()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		if f.Name == "small" && f.Size > 200 {
			t.Errorf("%s holds %d octets", f.Name, f.Size)
		}
	}
	if got := strings.Join(names, " "); got != "small small.0.gz small.1.gz" {
		t.Errorf("files: %s", got)
	}
	before, err := l.Read("small.0.gz")
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Fields(current)[6]
	var n int
	if _, err := fmt.Sscanf(first, "%d", &n); err != nil || !strings.HasSuffix(before, fmt.Sprintf("message %02d\n", n-1)) {
		t.Errorf("the file set aside ends with %q, the new one begins with %s", before, first)
	}
	if err := l.Clear(t.Context(), "small", true); err != nil {
		t.Fatal(err)
	}
	if files, err = l.List(); err != nil || len(files) != 1 || files[0].Size != 0 {
		t.Errorf("cleared: %+v, %v", files, err)
	}
	if err := l.Clear(t.Context(), "nosuch", false); err == nil || err.Error() != "clear log nosuch: no such file or directory" {
		t.Errorf("clear: %v", err)
	}
	l.Post(message(syslog.Daemon, syslog.Notice, "goes on"))
	until(t, l, "small", "goes on")
}

// TestRestart appends to what is there.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, Default), []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := started(t, dir)
	l.Post(message(syslog.Daemon, syslog.Notice, "after"))
	if text := until(t, l, Default, "after"); !strings.HasPrefix(text, "before\nAug 25") {
		t.Error(text)
	}
}

func TestRemoteHost(t *testing.T) {
	t.Parallel()
	far, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	l := started(t, t.TempDir())
	everything := syslog.Filter{Selectors: []syslog.Selector{{Facility: syslog.Any, Severity: syslog.Notice}}}
	port := uint16(far.LocalAddr().(*net.UDPAddr).Port)
	l.Apply(Rules{Hosts: []Host{
		{Address: "127.0.0.1", Port: port, Facility: 16, Prefix: "lab", Filter: everything},
		{Address: "host.invalid", Facility: -1, Filter: everything}, // costs nothing but itself
	}})
	l.Post(message(syslog.Daemon, syslog.Info, "too little"))
	l.Post(message(syslog.Daemon, syslog.Error, "link down"))
	if err := far.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2048)
	n, _, err := far.ReadFrom(b)
	if got, want := string(b[:n]), "<131>Aug 25 09:52:08 dg0 lab: mgd[1]: link down"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

// TestFullDisk loses messages and nothing else.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Default), 0o700); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	l := started(t, dir)
	l.Post(message(syslog.Daemon, syslog.Notice, "lost"))
	l.Post(message(syslog.Commands, syslog.Notice, "kept"))
	until(t, l, "interactive-commands", "kept")
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	l := started(t, t.TempDir())
	any := []settings.LogContent{{Facility: "any", Severity: "any"}, {Facility: "kernel", Severity: "none"}}
	l.Configure(settings.Syslog{Configured: true, Year: true, Files: []settings.LogFile{
		{LogTarget: settings.LogTarget{Name: "all", Contents: any, Priority: true}},
		{LogTarget: settings.LogTarget{Name: "ups", Contents: any, Match: "up$"}},
		{LogTarget: settings.LogTarget{Name: "machine", Contents: any, Structured: true}},
	}})
	l.Post(message(syslog.Kernel, syslog.Error, "never"))
	l.Post(message(syslog.Daemon, syslog.Info, "link up"))
	l.Post(message(syslog.Daemon, syslog.Info, "link down"))
	for name, want := range map[string]string{
		"all":     "Aug 25 09:52:08 2012  dg0 mgd[1]: %DAEMON-6: link up\nAug 25 09:52:08 2012  dg0 mgd[1]: %DAEMON-6: link down\n",
		"ups":     "Aug 25 09:52:08 2012  dg0 mgd[1]: link up\n",
		"machine": "<30>1 2012-08-25T09:52:08.000Z dg0 mgd 1 - - link up\n<30>1 2012-08-25T09:52:08.000Z dg0 mgd 1 - - link down\n",
	} {
		last := "down\n"
		if name == "ups" {
			last = "up\n"
		}
		if got := until(t, l, name, last); got != want {
			t.Errorf("%s:\n%s, want\n%s", name, got, want)
		}
	}
	l.Configure(settings.Syslog{})
	l.Post(message(syslog.Daemon, syslog.Error, "as shipped"))
	until(t, l, Default, "as shipped")
}

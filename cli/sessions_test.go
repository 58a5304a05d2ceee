package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// golden is one short session of an administrator who wants something.
type golden struct {
	configuration bool   // begins in configuration mode
	intent        string // what he wants: the name of the test
	steps         []step
}

// readSessions reads a file of sessions: a heading `=> intent` for one that begins
// in operational mode, `=# intent` for configuration mode, then steps as in a
// transcript.
func readSessions(t *testing.T, text string) []golden {
	t.Helper()
	var out []golden
	for _, part := range strings.Split("\n"+text, "\n=")[1:] {
		heading, rest, _ := strings.Cut(part, "\n")
		if len(heading) < 3 || !strings.Contains("># ", heading[:1]) {
			t.Fatalf("heading %q", heading)
		}
		out = append(out, golden{heading[0] == '#', heading[2:], readSteps(t, rest)})
	}
	return out
}

// TestSessions plays testdata/sessions/*.txt, each session with a shell, a terminal
// and a configuration of its own.
func TestSessions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sessions/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			sessions := readSessions(t, string(text))
			played := make([]string, len(sessions))
			for i, g := range sessions {
				t.Run(g.intent, func(t *testing.T) {
					t.Parallel()
					played[i] = playGolden(t, g)
				})
			}
			t.Cleanup(func() {
				if rewrite() {
					if err := os.WriteFile(file, []byte(strings.Join(played, "")), 0o644); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

func playGolden(t *testing.T, g golden) string {
	s := startShell(t, newFakeDirector(t))
	s.skip("admin@oneswitch> ")
	sign := "> "
	if g.configuration {
		s.send("configure\r")
		s.skip("[edit]\nadmin@oneswitch# ")
		sign = "# "
	}
	return "=" + sign + g.intent + "\n\n" + s.play(g.steps)
}

// skip waits for the end of what is written and forgets it.
func (s *screen) skip(end string) {
	s.t.Helper()
	timer := time.NewTimer(30 * time.Second)
	defer timer.Stop()
	for {
		s.mu.Lock()
		done := strings.HasSuffix(s.out, end)
		if done {
			s.out = ""
		}
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-s.changed:
		case <-timer.C:
			s.t.Fatalf("no %q: %q", end, s.seen())
		}
	}
}

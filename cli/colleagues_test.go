package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestColleagues plays testdata/colleagues/*.txt: each a session of several operators
// at one director, with its real configuration database. Before the keys of each step
// stands who types them: `@ann <<< configure\r`.
func TestColleagues(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/colleagues/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			played := playTogether(t, "\n"+string(text))
			if rewrite() {
				if err := os.WriteFile(file, []byte(played), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// playTogether plays one script and returns it as it went.
func playTogether(t *testing.T, text string) string {
	t.Helper()
	office, seats := newOffice(t), map[string]*screen{}
	var played strings.Builder
	for part := range strings.SplitSeq(text, "\n@") {
		user, steps, ok := strings.Cut(part, " ")
		if !ok {
			continue
		}
		if seats[user] == nil {
			seats[user] = office.sit(t, user)
		}
		played.WriteString("@" + user + " " + seats[user].play(readSteps(t, steps)))
	}
	return played.String()
}

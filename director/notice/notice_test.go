package notice_test

import (
	"fmt"
	"testing"
	"time"

	"oneswitch/director/notice"
	"oneswitch/internal/clock"
)

func TestBoard(t *testing.T) {
	t.Parallel()
	b := notice.New(clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
	b.Post("root", "", "before anybody came")
	seen := b.Last()
	b.Post("eve", "", "to all")
	b.Post("eve", "bob", "to bob")
	for user, want := range map[string]string{"bob": "[to all to bob]", "carol": "[to all]"} {
		said, last := b.Since(seen, user)
		var texts []string
		for _, n := range said {
			texts = append(texts, n.Text)
		}
		if fmt.Sprint(texts) != want || last != 3 {
			t.Errorf("%s: %v, last %d", user, texts, last)
		}
		if again, _ := b.Since(last, user); len(again) != 0 {
			t.Errorf("%s sees %v once more", user, again)
		}
	}
	for range 1000 {
		b.Post("eve", "", "flood")
	}
	if said, last := b.Since(seen, "bob"); len(said) != 64 || last != 1003 {
		t.Errorf("%d notices, last %d", len(said), last)
	}
}

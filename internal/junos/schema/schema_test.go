package schema

import "testing"

func load(t testing.TB) *Schema {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s := load(t)
	if len(s.RPCs()) < 30 {
		t.Errorf("%d RPCs", len(s.RPCs()))
	}
}

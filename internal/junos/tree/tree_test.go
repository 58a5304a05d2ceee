package tree_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/tree"
)

// vlans returns the container of VLANs of an empty tree, and the list.
func vlans(t testing.TB) (container, list *schema.Node) {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s.Config().Find("vlans"), s.Config().Find("vlans", "vlan")
}

func keys(n *tree.Node) []string {
	var out []string
	for _, k := range n.Children() {
		out = append(out, k.Value())
	}
	return out
}

// TestPropertyRuns changes a list at random around the number of entries at which it is
// cut into runs: it always holds what a plain slice would, and is the same tree as one
// that has been made in one go. Trees of earlier owners stay.
func TestPropertyRuns(t *testing.T) {
	t.Parallel()
	container, list := vlans(t)
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		n := tree.New(container)
		o := new(tree.Owner)
		n = o.Own(n)
		for i := range rapid.IntRange(0, 300).Draw(t, "size") {
			want = append(want, fmt.Sprintf("v%d", 7*i))
			o.Reach(n, list, want[i])
		}
		for range rapid.IntRange(0, 60).Draw(t, "edits") {
			if rapid.IntRange(0, 9).Draw(t, "freeze") == 0 {
				frozen, before := n, keys(n)
				o = new(tree.Owner)
				n = o.Own(n)
				defer func() {
					if !slices.Equal(keys(frozen), before) {
						t.Fatal("a tree of another owner has changed")
					}
				}()
			}
			key := fmt.Sprintf("v%d", rapid.IntRange(0, 2200).Draw(t, "key"))
			i, there := slices.BinarySearchFunc(want, key, schema.Natural)
			switch {
			case there && !slices.Contains(want, "w"+key) && rapid.Bool().Draw(t, "rename"):
				to := "w" + key
				o.Rename(n, list, map[string]string{key: to})
				want = append(slices.Delete(want, i, i+1), to)
				slices.SortFunc(want, schema.Natural)
			case there:
				o.Remove(n, list, key)
				want = slices.Delete(want, i, i+1)
			default:
				o.Reach(n, list, key)
				want = slices.Insert(want, i, key)
			}
		}
		if !slices.Equal(keys(n), want) || n.Len() != len(want) {
			t.Fatalf("%d entries: %q\nwant %q", n.Len(), keys(n), want)
		}
		again := new(tree.Owner)
		made := again.Own(tree.New(container))
		for _, i := range rapid.Permutation(numbers(len(want))).Draw(t, "order") {
			again.Reach(made, list, want[i])
		}
		if made.Hash() != n.Hash() || n.Compose(n.Children()).Hash() != n.Hash() {
			t.Fatal("the way to a tree leaves a trace in its hash")
		}
		for _, key := range want {
			if n.Entry("vlan", key) == nil {
				t.Fatalf("%s is not found", key)
			}
		}
		if got := slices.Collect(n.Entries("vlan")); len(got) != len(want) {
			t.Fatalf("%d of %d entries", len(got), len(want))
		}
	})
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestRenameAtOnce says that keys can change places.
func TestRenameAtOnce(t *testing.T) {
	t.Parallel()
	container, list := vlans(t)
	o := new(tree.Owner)
	n := o.Own(tree.New(container))
	for _, key := range []string{"a", "b", "c"} {
		id := o.Reach(o.Reach(n, list, key), list.Child("description"), "")
		o.SetValue(id, "was "+key)
	}
	o.Rename(n, list, map[string]string{"a": "b", "b": "d", "c": "a"})
	var got []string
	for _, k := range n.Children() {
		text, _ := k.Leaf("description")
		got = append(got, k.Value()+" "+text)
	}
	if want := []string{"a was c", "b was a", "d was b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

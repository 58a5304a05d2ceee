package history

import (
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// Guard knows the lines that hold a secret.
type Guard struct {
	root  *schema.Node
	words map[string]bool // keywords of the statements whose values are secret
}

// NewGuard returns the guard of a configuration language.
func NewGuard(root *schema.Node) *Guard {
	g := &Guard{root: root, words: map[string]bool{}}
	g.collect(root, map[*schema.Node]bool{})
	return g
}

// collect finds the secret statements below a node; groups hold all of them once more.
func (g *Guard) collect(n *schema.Node, seen map[*schema.Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	for _, k := range n.Children() {
		if k.Secret() {
			g.words[k.Word()] = true
		}
		g.collect(k, seen)
	}
}

// Secret reports whether a line, typed at a level of configuration mode, holds a value
// that the schema calls secret, such as a password. The statement may be shortened;
// in a line with a mistake the keyword in full is enough.
func (g *Guard) Secret(line string, at conf.Path) bool {
	words := command.Tokens(line)
	for i := 1; i < len(words); i++ { // behind a verb, or several of them
		if i+1 < len(words) && g.words[words[i].Text] || g.leads(words[i:], at) || i > 1 && g.leads(words[i:], nil) {
			return true
		}
	}
	return false
}

// leads reports whether the words lead to a secret from a level.
func (g *Guard) leads(words []command.Token, at conf.Path) bool {
	cursor := conf.At(g.root, at)
	for _, w := range words {
		if value := cursor.Expect().Value; value != nil && value.Secret() {
			return true
		}
		next, err := cursor.Step(conf.Word{Text: w.Text, Quoted: w.Quoted})
		if err != nil {
			return false
		}
		cursor = next
	}
	return false
}

package permission

import (
	"regexp"
	"strings"
)

// Rules are the regular expressions of a class as they are configured, those of one
// kind between bars; empty where there are none.
type Rules struct{ AllowCommands, DenyCommands, AllowConfiguration, DenyConfiguration string }

// Rules returns what the class says beyond its bits.
func (c Class) Rules() Rules {
	return Rules{written(c.commands.allow), written(c.commands.deny), written(c.config.allow), written(c.config.deny)}
}

// written takes the anchor off that expressions has put around each.
func written(list []*regexp.Regexp) string {
	texts := make([]string, len(list))
	for i, re := range list {
		texts[i] = strings.TrimSuffix(strings.TrimPrefix(re.String(), "^(?:"), ")")
	}
	return strings.Join(texts, "|")
}

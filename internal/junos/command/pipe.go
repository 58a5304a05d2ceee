package command

import (
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/own"
)

// Pipe is one stage after a bar: a verb in full and its arguments.
type Pipe struct {
	Verb string
	Args []string
}

// String writes the stage as typed.
func (p Pipe) String() string {
	words := []string{p.Verb}
	for _, a := range p.Args {
		words = append(words, conf.Quote(a))
	}
	return strings.Join(words, " ")
}

// pipesOf says which pipes may stand behind a command: what can be asked of its
// answer beyond the text differs.
type pipesOf uint8

const (
	ofReport        pipesOf = iota // an answer with elements of its own
	ofConfiguration                // a configuration, which has more forms and can be compared
	ofCommit                       // tells more in detail
	ofText                         // nothing but text: the other verbs of configuration mode
)

// newPipes returns what may stand after a bar. These verbs are not in the schema:
// they are no commands but ways to look at the answer of any.
func newPipes(of pipesOf) verbs {
	var out verbs
	if of == ofConfiguration {
		out = verbs{{word("compare", "Compare configuration changes with prior version"), afterCompare}}
	}
	if display := afterDisplay(of); display != nil {
		out = append(out, verb{word("display", "Show additional kinds of information"), display})
	}
	return append(out, verbs{
		{word("append", "Append output text to file"), one(output("Output file name"))},
		{word("count", "Count occurrences"), nil},
		{word("except", "Show only text that does not match a pattern"), one(value("<pattern>", "Pattern to avoid"))},
		{word("find", "Search for first occurrence of pattern"), one(value("<pattern>", "Pattern to search for"))},
		{word("hold", "Hold text without exiting the --More-- prompt"), nil},
		{word("last", "Display end of output only"), maybeOne(number(1, 1000000, "Number of lines from end of output"))},
		{word("match", "Show only text that matches a pattern"), one(value("<pattern>", "Pattern to match against"))},
		{word("no-more", "Don't paginate output"), nil},
		{word("refresh", "Refresh a continuing display of the command"),
			maybeOne(number(1, 604800, "Number of seconds between refreshes"))},
		{word("request", "Make system-level requests"), afterRequest},
		{word("resolve", "Resolve IP addresses"), maybeOne(word("full-names", "Display full names"))},
		{word("save", "Save output text to file"), one(output("Output file name"))},
		{word("tee", "Write to standard output and file"), one(output("Output file name"))},
		{word("trim", "Trim specified number of columns from start of line"),
			one(number(0, 1000, "Number of columns to trim"))},
	}...)
}

// afterRequest: the answer as a message to others.
func afterRequest(before []string) []Choice {
	switch len(before) {
	case 0:
		return []Choice{word("message", "Send text to other users")}
	case 1:
		return []Choice{word("all", "Send text to all users"), value("<account@terminal>", "User and terminal to send text to")}
	default:
		return []Choice{enter()}
	}
}

// output is a placeholder for a file of the user.
func output(help string) Choice {
	return Choice{Name: "<filename>", Help: help, Kind: Placeholder, Source: own.SourceFiles}
}

// one is what follows a verb with exactly one argument.
func one(c Choice) func([]string) []Choice {
	return func(before []string) []Choice {
		if len(before) == 0 {
			return []Choice{c}
		}
		return []Choice{enter()}
	}
}

// maybeOne is what follows a verb with at most one argument.
func maybeOne(c Choice) func([]string) []Choice {
	return func(before []string) []Choice {
		if len(before) == 0 {
			return []Choice{enter(), c}
		}
		return []Choice{enter()}
	}
}

// afterCompare: with the configuration before, an older one, the rescue
// configuration, or a file.
func afterCompare(before []string) []Choice {
	switch {
	case len(before) == 0:
		return []Choice{enter(), output("Filename to compare with"),
			word("rescue", "Compare with the rescue configuration"),
			word("rollback", "Compare with a previous configuration")}
	case len(before) == 1 && before[0] == "rollback":
		return []Choice{rollback("Number of the previous configuration")}
	default:
		return []Choice{enter()}
	}
}

// afterDisplay says what may follow display; nil where there are no other forms.
func afterDisplay(of pipesOf) func([]string) []Choice {
	switch of {
	case ofReport:
		return afterDisplayReport
	case ofConfiguration:
		return afterDisplayConfiguration
	case ofCommit:
		return one(word("detail", "Show the progress of the commit"))
	}
	return nil
}

func afterDisplayReport(before []string) []Choice {
	switch {
	case len(before) == 0:
		return []Choice{word("json", "Show output in JSON format"), word("xml", "Show output as XML tags")}
	case len(before) == 1 && before[0] == "xml":
		return []Choice{enter(), word("rpc", "Show the RPC of the command")}
	default:
		return []Choice{enter()}
	}
}

func afterDisplayConfiguration(before []string) []Choice {
	if len(before) == 0 {
		return append(afterDisplayReport(before),
			word("changed", "Tag changes with junos:changed attribute (XML only)"),
			word("commit-scripts", "Show data after commit scripts have been applied"),
			word("detail", "Show configuration data detail"),
			word("inheritance", "Show inherited configuration data and source group"),
			word("omit", "Emit configuration statements with the 'omit' option"),
			word("set", "Show 'set' commands that create configuration"))
	}
	switch last := before[len(before)-1]; {
	case last == "xml" && len(before) == 1:
		return afterDisplayReport(before)
	case last == "set" && len(before) == 1:
		return []Choice{enter(), word("relative", "Show commands relative to the current level")}
	case last == "inheritance" && len(before) == 1:
		return []Choice{
			enter(), word("brief", "Display brief output"),
			word("defaults", "Show default configuration values"),
			word("no-comments", "Don't show inheritance information as comments"),
			word("terse", "Display terse output"),
		}
	default:
		return []Choice{enter()}
	}
}

// cutPipe splits tokens before the first bar; fromBar is empty without one.
func cutPipe(toks []Token) (words, fromBar []Token) {
	for i, t := range toks {
		if t.IsBar() {
			return toks[:i], toks[i:]
		}
	}
	return toks, nil
}

// parsePipes reads the pipes of a line from the first bar on; none without one.
func (v verbs) parsePipes(fromBar []Token) ([]Pipe, *Error) {
	var out []Pipe
	for len(fromBar) > 0 {
		words, rest := cutPipe(fromBar[1:])
		stage, err := v.stage(words, fromBar[0])
		if err != nil {
			return nil, err
		}
		out = append(out, stage)
		fromBar = rest
	}
	return out, nil
}

// stage reads the words after a bar; the pipe must be whole.
func (v verbs) stage(words []Token, bar Token) (Pipe, *Error) {
	if len(words) == 0 {
		return Pipe{}, errorAt(bar.End+1, textMissing)
	}
	verb, err := v.find(words[0])
	if err != nil {
		return Pipe{}, err
	}
	args, err := verb.args(words[1:])
	if err != nil {
		return Pipe{}, err
	}
	if !hasEnter(verb.after(args)) {
		return Pipe{}, errorAt(afterLast(words), textMissing)
	}
	return Pipe{Verb: verb.Name, Args: args}, nil
}

// completePipes says what may stand at the end of a line that has a bar.
func (v verbs) completePipes(fromBar []Token, last Token) Possible {
	words, rest := cutPipe(fromBar[1:])
	for len(rest) > 0 {
		if _, err := v.stage(words, fromBar[0]); err != nil {
			return Possible{Token: last, Err: err}
		}
		fromBar = rest
		words, rest = cutPipe(fromBar[1:])
	}
	if len(words) == 0 {
		p := Possible{Token: last}
		p.offer(v.choices())
		return p
	}
	verb, err := v.find(words[0])
	if err != nil {
		return Possible{Token: last, Err: err}
	}
	return verb.complete(words[1:], last)
}

package command

import (
	"slices"

	"oneswitch/internal/junos/own"
)

// pathUse says what path of the configuration follows a verb of configuration mode.
type pathUse uint8

const (
	pathNone     pathUse = iota
	pathSet              // a whole statement with its value
	pathNamed            // a statement or a part of the configuration: activate
	pathAny              // the same, or nothing: show, delete
	pathLevel            // a level that holds statements: edit
	pathTwo              // a statement, a word and a name: rename X to Y
	pathComment          // a statement and a comment: annotate X "text"
	pathWildcard         // another verb and statements with patterns: wildcard
)

// editVerb is a verb of configuration mode.
type editVerb struct {
	verb
	path pathUse
}

// newEditVerbs returns the verbs of configuration mode. Like the pipes they are not
// in the schema: they work on statements and are none.
func newEditVerbs() []editVerb {
	return []editVerb{
		{verb{word("activate", "Remove the inactive tag from a statement"), nil}, pathNamed},
		{verb{word("annotate", "Annotate the statement with a comment"), nil}, pathComment},
		{verb{word("commit", "Commit current set of changes"), afterCommit}, pathNone},
		{verb{word("copy", "Copy a statement"), nil}, pathTwo},
		{verb{word("deactivate", "Add the inactive tag to a statement"), nil}, pathNamed},
		{verb{word("delete", "Delete a data element"), nil}, pathAny},
		{verb{word("edit", "Edit a sub-element"), nil}, pathLevel},
		{verb{word("exit", "Exit from this level"), afterExit}, pathNone},
		{verb{word("help", "Provide help information"), afterHelp}, pathNone},
		{verb{word("insert", "Insert a new ordered data element"), nil}, pathTwo},
		{verb{word("load", "Load configuration from ASCII file"), afterLoad}, pathNone},
		{verb{word("protect", "Protect the statement"), nil}, pathNamed},
		{verb{word("quit", "Quit from this level"), afterExit}, pathNone},
		{verb{word("rename", "Rename a statement"), nil}, pathTwo},
		{verb{word("replace", "Replace character string in configuration"), afterReplace}, pathNone},
		{verb{word("rollback", "Roll back to previous committed configuration"), afterRollback}, pathNone},
		{verb{word("run", "Run an operational-mode command"), nil}, pathNone},
		{verb{word("save", "Save configuration to ASCII file"), afterSave}, pathNone},
		{verb{word("set", "Set a parameter"), nil}, pathSet},
		{verb{word("show", "Show a parameter"), nil}, pathAny},
		{verb{word("status", "Show users currently editing configuration"), nil}, pathNone},
		{verb{word("top", "Exit to top level of configuration"), nil}, pathNone},
		{verb{word("unprotect", "Unprotect the statement"), nil}, pathNamed},
		{verb{word("up", "Exit one level of configuration"), afterUp}, pathNone},
		{verb{word("update", "Update private database"), nil}, pathNone},
		{verb{word("wildcard", "Wildcard operations"), nil}, pathWildcard},
	}
}

// joint lists the words that stand between the two halves of a pathTwo verb.
func joint(verbName string) []Choice {
	switch verbName {
	case "insert":
		return []Choice{word("after", "Insert after given data element"), word("before", "Insert before given data element")}
	case "copy":
		return []Choice{word("to", "Name of the copy")}
	default:
		return []Choice{word("to", "New name of the statement")}
	}
}

// afterCommit: the options of commit in any order, `comment` and `at` with a value,
// `confirmed` with or without. `check` and `confirmed` exclude each other.
func afterCommit(before []string) []Choice {
	taken := map[string]bool{}
	last := ""
	for i := 0; i < len(before); i++ {
		last = before[i]
		taken[last] = true
		if last == "comment" || last == "at" {
			if i++; i < len(before) {
				last = "" // the value
			}
		}
	}
	switch last {
	case "comment":
		return []Choice{value("<comment>", "Text of the comment")}
	case "at":
		return []Choice{value("<at>", "Time at which to activate the configuration changes")}
	}
	out := []Choice{enter()}
	if last == "confirmed" {
		out = append(out, number(1, 65535, "Number of minutes until automatic rollback"))
	}
	for _, c := range []Choice{
		word("and-quit", "Quit configuration mode if commit succeeds"),
		word("at", "Time at which to activate configuration changes"),
		word("check", "Check correctness of syntax; do not apply changes"),
		word("comment", "Message to write to commit log"),
		word("confirmed", "Automatically rollback if not confirmed"),
		word("full", "Run commit process for the whole configuration"),
		word("synchronize", "Synchronize commit on all directors"),
	} {
		excluded := c.Name == "check" && taken["confirmed"] || c.Name == "confirmed" && taken["check"]
		if !excluded && !taken[c.Name] {
			out = append(out, c)
		}
	}
	return out
}

func afterExit(before []string) []Choice {
	if len(before) > 0 {
		return []Choice{enter()}
	}
	return []Choice{enter(), word("configuration-mode", "Exit from configuration mode")}
}

func afterHelp(before []string) []Choice {
	switch {
	case len(before) == 0:
		return []Choice{
			enter(), word("apropos", "Find help information about a topic"),
			word("reference", "Reference material"),
			word("syslog", "System log message help"),
			word("tip", "Tips about the command-line interface"),
			word("topic", "Field help for topic"),
		}
	case len(before) == 1 && before[0] == "tip":
		return []Choice{word("cli", "Tips about the command-line interface")}
	case len(before) == 1 && before[0] == "syslog":
		return []Choice{enter(), value("<word>", "System log tag")}
	case len(before) == 1:
		return []Choice{value("<word>", "Statement or command")}
	default:
		return []Choice{enter()}
	}
}

func afterLoad(before []string) []Choice {
	switch len(before) {
	case 0:
		return []Choice{
			word("merge", "Merge contents with existing configuration"),
			word("override", "Override existing configuration"),
			word("patch", "Load patch file into configuration"),
			word("replace", "Replace configuration data"),
			word("set", "Execute set of commands on existing configuration"),
			word("update", "Update existing configuration"),
		}
	case 1:
		return []Choice{output("Filename"), word("terminal", "Use login terminal")}
	case 2:
		return []Choice{enter(), word("relative", "Load contents relative to current edit point")}
	default:
		return []Choice{enter()}
	}
}

// afterReplace: pattern A with B [upto N].
func afterReplace(before []string) []Choice {
	switch len(before) {
	case 0:
		return []Choice{word("pattern", "Replace character string in configuration")}
	case 1:
		return []Choice{value("<string>", "Pattern to be replaced")}
	case 2:
		return []Choice{word("with", "String that replaces the pattern")}
	case 3:
		return []Choice{value("<string>", "String that replaces the pattern")}
	case 4:
		return []Choice{enter(), word("upto", "Limit on the number of replacements")}
	case 5:
		return []Choice{number(1, 4294967295, "Number of replacements")}
	default:
		return []Choice{enter()}
	}
}

func afterRollback(before []string) []Choice {
	if len(before) > 0 {
		return []Choice{enter()}
	}
	return []Choice{
		enter(), rollback("Numeric argument"),
		word("rescue", "Rescue configuration"),
	}
}

// rollback is a placeholder for the number of an earlier configuration.
func rollback(help string) Choice {
	c := number(0, 49, help)
	c.Source = own.SourceCommits
	return c
}

func afterSave(before []string) []Choice {
	switch len(before) {
	case 0:
		return []Choice{output("Filename"), word("terminal", "Use login terminal")}
	default:
		return []Choice{enter()}
	}
}

// maxUp is how many levels `up` goes at most, more than any path has.
const maxUp = 100

func afterUp(before []string) []Choice {
	if len(before) > 0 {
		return []Choice{enter()}
	}
	return []Choice{enter(), number(1, maxUp, "Number of levels to go up")}
}

// movable reports whether `top` and `up` may stand before the verb, to carry it out
// at another level.
func (v editVerb) movable() bool {
	return v.path != pathNone || slices.Contains([]string{"help", "load", "replace", "save", "status"}, v.Name)
}

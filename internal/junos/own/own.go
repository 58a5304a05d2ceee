package own

import "oneswitch/internal/junos/schema"

// SourceFiles is the completion source of the names in the user's own directory.
// Only the shell knows them.
const SourceFiles = "files"

// SourceCommits is that of the numbers of earlier configurations; the shell asks for the
// history to tell of each who made it and when.
const SourceCommits = "commits"

// Names of the commands that are declared here.
const (
	FileArchive  = "file-archive"
	FileChecksum = "file-checksum"
	FileCompare  = "file-compare"
	FileCopy     = "file-copy"
	FileDelete   = "file-delete"
	FileList     = "file-list"
	FileRename   = "file-rename"
	FileShow     = "file-show"
	HelpApropos  = "help-apropos"
	HelpSyslog   = "help-syslog"
	HelpTopic    = "help-topic"
	HelpTip      = "help-tip"
	SetDirectory = "set-cli-directory"
	SetStamp     = "set-cli-timestamp"
	ShowCLIDir   = "show-cli-directory"
)

// Commands are all of them.
func Commands() []*schema.RPC {
	path := value("path", "Name of file, or of directory", SourceFiles)
	source := value("source", "Name of source file", SourceFiles)
	destination := value("destination", "Name of destination file", SourceFiles)
	file := word("file", "Perform file operations")
	help := word("help", "Provide help information")
	topic := value("word", "Statement or command", "")
	cli := word("cli", "Set command-line interface options")
	set, show := word("set", "Set CLI properties"), word("show", "Show system information")
	return []*schema.RPC{
		command(FileArchive, file, word("archive", "Archives files from the system"),
			maybe(flag("compress", "Compress the archived file using GNU gzip (.tgz)")),
			word("source", "Path of directory to archive"), source,
			word("destination", "Name of created archive"), destination),
		command(FileChecksum, file, word("checksum", "Calculate file checksum"),
			either(flag("md5", "MD5 checksum"), flag("sha-256", "SHA-256 checksum"), flag("sha1", "SHA1 checksum")), path),
		command(FileCompare, file, word("compare", "Compare files"), word("files", "Compare files"),
			value("from", "Name of first file", SourceFiles), value("to", "Name of second file", SourceFiles),
			&schema.Grammar{Kind: schema.AnyOrder, Items: []*schema.Grammar{
				either(flag("context", "Show context around differences"), flag("unified", "Show differences in unified form")),
				flag("ignore-white-space", "Ignore changes in amount of white space")}}),
		command(FileCopy, file, word("copy", "Copy files (local)"), source, destination),
		command(FileDelete, file, word("delete", "Delete files from the file system"), path),
		command(FileList, file, word("list", "List file information"),
			&schema.Grammar{Kind: schema.AnyOrder, Items: []*schema.Grammar{
				flag("detail", "Display detailed output"), flag("recursive", "List subdirectories recursively"), path}}),
		command(FileRename, file, word("rename", "Rename files"), source, destination),
		command(FileShow, file, word("show", "Show file contents"), path),
		command(HelpApropos, help, word("apropos", "Find help information about a topic"), topic),
		command(HelpTopic, help, word("reference", "Reference material"), topic),
		command(HelpSyslog, help, word("syslog", "System log message help"), maybe(value("word", "System log tag", ""))),
		command(HelpTip, help, word("tip", "Tips about the command-line interface"),
			word("cli", "Tips about the command-line interface")),
		command(HelpTopic, help, word("topic", "Field help for topic"), topic),
		command(SetDirectory, set, cli, word("directory", "Set working directory"),
			value("directory", "Directory path to be set", "")),
		command(SetStamp, set, cli, word("timestamp", "Timestamp CLI output"), word("format", "Format of the timestamp"),
			value("timestamp-string", "Format of the timestamp, such as \"%b %d %T\"", "")),
		command(ShowCLIDir, show, word("cli", ""), word("directory", "Show current directory")),
	}
}

func command(name string, items ...*schema.Grammar) *schema.RPC {
	return &schema.RPC{
		Name: name, Class: "view", ServedBy: []schema.Server{schema.ServedByCLI},
		Grammar: &schema.Grammar{Kind: schema.Sequence, Items: items},
	}
}

func word(text, help string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Word, Word: text, Help: help}
}

// flag is a word that the command takes note of.
func flag(text, help string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Flag, Word: text, Help: help}
}

func either(items ...*schema.Grammar) *schema.Grammar {
	return &schema.Grammar{Kind: schema.OneOf, Items: items}
}

// value is any word; it has no leaf of the schema behind it.
func value(name, help, source string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Value, Word: name, Help: help, Source: source}
}

func maybe(item *schema.Grammar) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Maybe, Items: []*schema.Grammar{item}}
}

package command

import (
	"slices"

	"oneswitch/internal/junos/schema"
)

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

// ownCommands are the commands of the shell that are about itself, its files and
// its language. They are no RPCs of anybody, so the schema has nothing to say about
// them.
func ownCommands() []*schema.RPC {
	path := ownValue("path", "Name of file, or of directory", SourceFiles)
	source := ownValue("source", "Name of source file", SourceFiles)
	destination := ownValue("destination", "Name of destination file", SourceFiles)
	file := ownWord("file", "Perform file operations")
	help := ownWord("help", "Provide help information")
	topic := ownValue("word", "Statement or command", "")
	cli := ownWord("cli", "Set command-line interface options")
	set, show := ownWord("set", "Set CLI properties"), ownWord("show", "Show system information")
	return []*schema.RPC{
		own(FileArchive, file, ownWord("archive", "Archives files from the system"),
			ownMaybe(ownFlag("compress", "Compress the archived file using GNU gzip (.tgz)")),
			ownWord("source", "Path of directory to archive"), source,
			ownWord("destination", "Name of created archive"), destination),
		own(FileChecksum, file, ownWord("checksum", "Calculate file checksum"),
			ownEither(ownFlag("md5", "MD5 checksum"), ownFlag("sha-256", "SHA-256 checksum"), ownFlag("sha1", "SHA1 checksum")), path),
		own(FileCompare, file, ownWord("compare", "Compare files"), ownWord("files", "Compare files"),
			ownValue("from", "Name of first file", SourceFiles), ownValue("to", "Name of second file", SourceFiles),
			&schema.Grammar{Kind: schema.AnyOrder, Items: []*schema.Grammar{
				ownEither(ownFlag("context", "Show context around differences"), ownFlag("unified", "Show differences in unified form")),
				ownFlag("ignore-white-space", "Ignore changes in amount of white space")}}),
		own(FileCopy, file, ownWord("copy", "Copy files (local)"), source, destination),
		own(FileDelete, file, ownWord("delete", "Delete files from the file system"), path),
		own(FileList, file, ownWord("list", "List file information"),
			&schema.Grammar{Kind: schema.AnyOrder, Items: []*schema.Grammar{
				ownFlag("detail", "Display detailed output"), ownFlag("recursive", "List subdirectories recursively"), path}}),
		own(FileRename, file, ownWord("rename", "Rename files"), source, destination),
		own(FileShow, file, ownWord("show", "Show file contents"), path),
		own(HelpApropos, help, ownWord("apropos", "Find help information about a topic"), topic),
		own(HelpTopic, help, ownWord("reference", "Reference material"), topic),
		own(HelpSyslog, help, ownWord("syslog", "System log message help"), ownMaybe(ownValue("word", "System log tag", ""))),
		own(HelpTip, help, ownWord("tip", "Tips about the command-line interface"),
			ownWord("cli", "Tips about the command-line interface")),
		own(HelpTopic, help, ownWord("topic", "Field help for topic"), topic),
		own(SetDirectory, set, cli, ownWord("directory", "Set working directory"),
			ownValue("directory", "Directory path to be set", "")),
		own(SetStamp, set, cli, ownWord("timestamp", "Timestamp CLI output"), ownWord("format", "Format of the timestamp"),
			ownValue("timestamp-string", "Format of the timestamp, such as \"%b %d %T\"", "")),
		own(ShowCLIDir, show, ownWord("cli", ""), ownWord("directory", "Show current directory")),
	}
}

func own(name string, items ...*schema.Grammar) *schema.RPC {
	return &schema.RPC{
		Name: name, Class: "view", ServedBy: []schema.Server{schema.ServedByCLI},
		Grammar: &schema.Grammar{Kind: schema.Sequence, Items: items},
	}
}

func ownWord(text, help string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Word, Word: text, Help: help}
}

// ownFlag is a word that the command takes note of.
func ownFlag(text, help string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Flag, Word: text, Help: help}
}

func ownEither(items ...*schema.Grammar) *schema.Grammar {
	return &schema.Grammar{Kind: schema.OneOf, Items: items}
}

// ownValue is any word; it has no leaf of the schema behind it.
func ownValue(name, help, source string) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Value, Word: name, Help: help, Source: source}
}

func ownMaybe(item *schema.Grammar) *schema.Grammar {
	return &schema.Grammar{Kind: schema.Maybe, Items: []*schema.Grammar{item}}
}

// serves reports whether any of the servers answers the command.
func serves(r *schema.RPC, servers []schema.Server) bool {
	return slices.ContainsFunc(servers, r.Serves)
}

package cli

import (
	"encoding/xml"
	"fmt"
	"strings"

	"oneswitch/cli/files"
	"oneswitch/cli/pipe"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/own"
	"oneswitch/internal/rpc"
)

// fileCommand carries out `file ...` in the user's own directory.
func (s *shell) fileCommand(call command.Call, plan pipe.Plan) {
	from, to := value(call, "source"), value(call, "destination")
	has := func(name string) bool { _, ok := call.Arg(name); return ok }
	var text string
	var err error
	switch call.RPC.Name {
	case own.FileArchive:
		err = s.files.Pack(from, to, has("compress"))
	case own.FileChecksum:
		for _, kind := range []string{files.MD5, files.SHA1, files.SHA256} {
			if has(kind) {
				text, err = s.files.Checksum(kind, value(call, "path"))
			}
		}
	case own.FileCompare:
		how := files.Difference{Context: has("context"), Unified: has("unified"), Blanks: has("ignore-white-space")}
		text, err = s.files.Compare(value(call, "from"), value(call, "to"), how)
	case own.FileCopy:
		err = s.files.Copy(from, to)
	case own.FileDelete:
		err = s.files.Delete(value(call, "path"))
	case own.FileList:
		text, err = s.files.List(value(call, "path"), files.How{Detail: has("detail"), Recursive: has("recursive")})
	case own.FileRename:
		err = s.files.Rename(from, to)
	case own.FileShow:
		text, err = s.files.Read(value(call, "path"))
	}
	if err != nil {
		s.fail(err)
		return
	}
	s.show(text, plan)
}

// value is an argument of a command, or nothing.
func value(call command.Call, name string) string {
	v, _ := call.Arg(name)
	return v
}

// fileNames are the names that completion offers.
func (s *shell) fileNames(prefix string) []command.Choice {
	names := s.files.Names(prefix)
	out := make([]command.Choice, len(names))
	for i, n := range names {
		out[i] = command.Choice{Name: n}
	}
	return out
}

// setDirectory is `set cli directory`.
func (s *shell) setDirectory(name string) {
	if err := s.files.Enter(name); err != nil {
		s.fail(err)
		return
	}
	s.out.Print(s.directoryText())
}

func (s *shell) directoryText() string { return "Current directory: " + s.files.Working() + "\n" }

// keepPage writes what the pager shows into a file, for its key s.
func (s *shell) keepPage(name, text string) string {
	if err := s.files.Write(name, text, false); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("Wrote %d lines of output to '%s'", strings.Count(text, "\n"), name)
}

// committed is the archive of configurations, as the director keeps it.
type committed struct{ *shell }

var _ files.Archive = committed{}

// Revisions asks for the history of commits, and whether there is a rescue
// configuration.
func (c committed) Revisions() ([]files.Revision, error) {
	answer, err := c.command("show system commit", pipe.XML)
	if err != nil {
		return nil, err
	}
	var history struct {
		Entries []struct {
			Number  int    `xml:"sequence-number"`
			User    string `xml:"user"`
			Client  string `xml:"client"`
			At      string `xml:"date-time"`
			Comment string `xml:"log"`
		} `xml:"commit-history"`
	}
	d := xml.NewDecoder(strings.NewReader(answer))
	d.Strict = false // the prefix junos is declared on the reply around it
	if err := d.Decode(&history); err != nil {
		return nil, fmt.Errorf("read history of commits: %w", err)
	}
	var out []files.Revision
	for _, e := range history.Entries {
		out = append(out, files.Revision{Number: e.Number, User: e.User, Client: e.Client, At: e.At, Comment: e.Comment})
	}
	if _, err := c.rescue(); err == nil {
		out = append(out, files.Revision{Rescue: true})
	}
	return out, nil
}

// Text asks for one of them.
func (c committed) Text(r files.Revision) (string, error) {
	if r.Rescue {
		return c.rescue()
	}
	return c.configurationText(rpc.GetConfiguration{Format: pipe.Text, Rollback: fmt.Sprint(r.Number)})
}

// rescue returns the text of the rescue configuration.
func (s *shell) rescue() (string, error) {
	return s.command("show system configuration rescue", pipe.Text)
}

// command has the director carry out a command that the shell itself needs.
func (s *shell) command(words, form string) (string, error) {
	return s.carried(s.home.caller, words, form)
}

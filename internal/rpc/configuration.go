package rpc

import "encoding/xml"

// The databases of GetConfiguration.
const (
	Candidate = "candidate"
	Committed = "committed"
)

// GetConfiguration is the Junos RPC get-configuration (northbound.md 3.1).
type GetConfiguration struct {
	XMLName  xml.Name `xml:"get-configuration"`
	Format   string   `xml:"format,attr,omitempty"`   // xml (default), text, set, json
	Database string   `xml:"database,attr,omitempty"` // candidate (default), committed
	Compare  string   `xml:"compare,attr,omitempty"`  // rollback: show what differs from Rollback
	Rollback string   `xml:"rollback,attr,omitempty"` // number of the revision to compare with, or to show
	Inherit  string   `xml:"inherit,attr,omitempty"`  // inherit, defaults
	Path     string   `xml:"path,attr,omitempty"`     // ours, for the shell: words of the hierarchy, as typed after edit
	Filter   *Subtree `xml:"configuration,omitempty"`
}

// Subtree is an element whose content is carried as it stands.
type Subtree struct {
	Inner RawXML `xml:",innerxml"`
}

// ConfigurationText, ConfigurationSet and ConfigurationOutput are the replies to
// get-configuration in text, in set form and with compare.
type ConfigurationText struct {
	XMLName xml.Name `xml:"configuration-text"`
	Text    string   `xml:",chardata"`
}

// ConfigurationSet is a configuration in set form.
type ConfigurationSet struct {
	XMLName xml.Name `xml:"configuration-set"`
	Text    string   `xml:",chardata"`
}

// ConfigurationInformation wraps the text of a comparison or of `show
// configuration`. Trap 4: with no difference the text is exactly one LF.
type ConfigurationInformation struct {
	XMLName xml.Name `xml:"configuration-information"`
	Output  string   `xml:"configuration-output"`
}

// LoadConfiguration is the Junos RPC load-configuration. One of Text, Set, JSON,
// Config and Rollback is given.
type LoadConfiguration struct {
	XMLName  xml.Name `xml:"load-configuration"`
	Action   string   `xml:"action,attr,omitempty"` // merge (default), replace, override, update, set
	Format   string   `xml:"format,attr,omitempty"`
	Rollback string   `xml:"rollback,attr,omitempty"`
	Compare  string   `xml:"compare,attr,omitempty"` // PyEZ sends compare="rollback" with rollback
	URL      string   `xml:"url,attr,omitempty"`
	Rescue   string   `xml:"rescue,attr,omitempty"`
	Path     string   `xml:"path,attr,omitempty"` // ours, for the shell: hierarchy that Set lines are relative to
	Text     *string  `xml:"configuration-text,omitempty"`
	Set      *string  `xml:"configuration-set,omitempty"`
	JSON     *string  `xml:"configuration-json,omitempty"`
	Config   *Subtree `xml:"configuration,omitempty"`
}

// Empty is an element that says something by being there.
type Empty struct{}

// CommitConfiguration is the Junos RPC commit-configuration.
type CommitConfiguration struct {
	XMLName        xml.Name `xml:"commit-configuration"`
	Follow         string   `xml:"follow,attr,omitempty"` // ours, for the shell: not empty asks for CommitProgress while it runs
	Check          *Empty   `xml:"check,omitempty"`
	Confirmed      *Empty   `xml:"confirmed,omitempty"`
	ConfirmTimeout string   `xml:"confirm-timeout,omitempty"` // minutes
	Log            string   `xml:"log,omitempty"`
	AtTime         string   `xml:"at-time,omitempty"`
	Synchronize    *Empty   `xml:"synchronize,omitempty"`
	Full           *Empty   `xml:"full,omitempty"`
}

// CommitProgress is the answer to a commit that is followed, as long as it runs: the
// steps that happened since the last answer, each with its time. Sent as an operation
// it asks for the next one. After the last step the answer is that of the commit.
type CommitProgress struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 commit-progress"`
	Steps   []string `xml:"step"`
}

// OpenConfiguration is the Junos RPC open-configuration.
type OpenConfiguration struct {
	XMLName   xml.Name `xml:"open-configuration"`
	Private   *Empty   `xml:"private,omitempty"`
	Exclusive *Empty   `xml:"exclusive,omitempty"` // ours: configure exclusive of the shell
}

// ConfigurationStatus is `status` of the shell: who edits, in words.
type ConfigurationStatus struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 configuration-status"`
}

// UpdateConfiguration is `update` of the shell: what others have committed comes
// beneath the changes of a private candidate.
type UpdateConfiguration struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 update-configuration"`
}

// CloseConfiguration is the Junos RPC close-configuration.
type CloseConfiguration struct {
	XMLName xml.Name `xml:"close-configuration"`
}

// LockConfiguration is the Junos RPC lock-configuration.
type LockConfiguration struct {
	XMLName xml.Name `xml:"lock-configuration"`
}

// UnlockConfiguration is the Junos RPC unlock-configuration.
type UnlockConfiguration struct {
	XMLName xml.Name `xml:"unlock-configuration"`
}

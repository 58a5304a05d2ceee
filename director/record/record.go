// Package record says what operators do in the words of Junos' system log: who came
// and went, what was typed, what was committed (UI_LOGIN_EVENT,
// UI_CMDLINE_READ_LINE, UI_COMMIT ...).
//
// A Recorder stands between the NETCONF server and the dispatcher of a session and
// hears every operation; it runs on the session's goroutine and keeps nothing but
// what it was made with.
//
// Invariants: values of secret statements never reach a message; what is recorded
// is what was asked, whatever became of it.
//
// It must never change an operation or its reply.
package record

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/syslog"
)

// Post takes a message; who says it and when is filled in. It must not block.
type Post func(syslog.Message)

// Recorder makes messages of what operators do.
type Recorder struct {
	post   Post
	secret *regexp.Regexp // a secret word and its value
}

// New returns a recorder; the schema tells which statements are secret.
func New(words *schema.Schema, post Post) *Recorder {
	var secret []string
	seen := map[*schema.Node]bool{}
	var walk func(n *schema.Node)
	walk = func(n *schema.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.Secret() {
			secret = append(secret, regexp.QuoteMeta(n.Word()))
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(words.Config())
	slices.Sort(secret)
	one := strings.Join(slices.Compact(secret), "|")
	return &Recorder{post: post, secret: regexp.MustCompile(`\b(` + one + `)\s+("[^"]*"|\S+)`)}
}

// kind is a message by its tag, as Junos classifies it.
type kind struct {
	tag      string
	facility syslog.Facility
	severity syslog.Severity
}

// say posts a message of the management process.
func (r *Recorder) say(k kind, text string, params ...syslog.Param) {
	r.post(syslog.Message{Facility: k.facility, Severity: k.severity, Process: "mgd", PID: os.Getpid(), Tag: k.tag, Params: params, Text: text})
}

func param(name, value string) syslog.Param { return syslog.Param{Name: name, Value: value} }

// Login records that a session began, and returns its dispatcher under record.
func (r *Recorder) Login(s *netconf.Session, class string, d netconf.Dispatcher) netconf.Dispatcher {
	client := s.Peer.Client()
	h := heard{Dispatcher: d, Recorder: r, user: s.Peer.User, client: client}
	h.say(kind{"UI_AUTH_EVENT", syslog.Authorization, syslog.Info}, fmt.Sprintf("Authenticated user '%s' assigned to class '%s'", h.user, class),
		param("username", h.user), param("authentication-level", class))
	h.say(kind{"UI_LOGIN_EVENT", syslog.Authorization, syslog.Info},
		fmt.Sprintf("User '%s' login, class '%s' [%d], ssh-connection '%s', client-mode '%s'", h.user, class, s.ID, s.Peer.Remote, client),
		param("username", h.user), param("class-name", class), param("ssh-connection", s.Peer.Remote), param("client-mode", client))
	return h
}

// heard is a dispatcher whose operations are recorded.
type heard struct {
	netconf.Dispatcher
	*Recorder
	user, client string
}

// Dispatch records the operation and hands it on.
func (h heard) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	h.asked(op)
	commits := op.Name.Local == "commit-configuration" || op.Name.Local == "commit"
	var words string
	if commits {
		words = h.requested(read[rpc.CommitConfiguration](op.XML))
	}
	reply := h.Dispatcher.Dispatch(ctx, op)
	if commits {
		h.outcome(words, reply.Err() == nil)
	}
	return reply
}

// Close records the end of the session.
func (h heard) Close() {
	h.Dispatcher.Close()
	h.did(kind{"UI_LOGOUT_EVENT", syslog.Authorization, syslog.Info}, "User '%s' logout")
}

// did says something of the user; the text holds his name and words of his.
func (h heard) did(k kind, text string, words ...string) {
	args, params := []any{h.user}, []syslog.Param{param("username", h.user)}
	for _, w := range words {
		args, params = append(args, w), append(params, param("command", w))
	}
	h.say(k, fmt.Sprintf(text, args...), params...)
}

// asked records what was asked for.
func (h heard) asked(op netconf.Operation) {
	line := h.Line(op)
	switch {
	case h.client != netconf.ClientShell:
		h.did(kind{"UI_NETCONF_CMD", syslog.Commands, syslog.Info}, "User '%s' used NETCONF client to run command '%s'", op.Name.Local)
	case line != "":
		h.did(kind{"UI_CMDLINE_READ_LINE", syslog.Commands, syslog.Info}, "User '%s', command '%s '", line)
	}
	switch op.Name.Local {
	case "open-configuration":
		h.did(kind{"UI_DBASE_LOGIN_EVENT", syslog.Commands, syslog.Notice}, "User '%s' entering configuration mode")
	case "close-configuration":
		h.did(kind{"UI_DBASE_LOGOUT_EVENT", syslog.Commands, syslog.Notice}, "User '%s' exiting configuration mode")
	case "load-configuration":
		h.changed(read[rpc.LoadConfiguration](op.XML))
	}
}

// changed records a change of the candidate.
func (h heard) changed(l rpc.LoadConfiguration) {
	if l.Set == nil {
		action := cmp.Or(l.Action, "merge")
		if l.Rollback != "" || l.Rescue != "" {
			action = "rollback"
		}
		h.did(kind{"UI_LOAD_EVENT", syslog.Commands, syslog.Notice}, "User '%s' is performing a '%s'", action)
		return
	}
	for line := range strings.Lines(*l.Set) {
		if line = h.clean(line); line != "" {
			h.did(kind{"UI_CFG_AUDIT_OTHER", syslog.ChangeLog, syslog.Info}, "User '%s' %s", line)
		}
	}
}

// requested records that a commit was asked for, and returns its words.
func (h heard) requested(c rpc.CommitConfiguration) string {
	words, comment := "commit", "none"
	switch {
	case c.Check != nil:
		words = "commit check"
	case c.Confirmed != nil:
		words = "commit confirmed"
	}
	if c.Log != "" {
		comment = h.clean(c.Log)
	}
	h.say(kind{"UI_COMMIT", syslog.Commands, syslog.Notice}, fmt.Sprintf("User '%s' requested '%s' operation (comment: %s)", h.user, words, comment),
		param("username", h.user), param("command", words), param("message", comment))
	return words
}

// outcome records how a commit ended.
func (h heard) outcome(words string, ok bool) {
	if ok {
		h.say(kind{"UI_COMMIT_COMPLETED", syslog.Commands, syslog.Notice}, words+" complete")
		return
	}
	h.say(kind{"UI_COMMIT_NOT_COMPLETED", syslog.Commands, syslog.Warning}, words+" failed")
}

// maxLine bounds what is kept of a line that somebody typed.
const maxLine = 1024

// clean takes the values of secret statements out of a line and bounds it.
func (r *Recorder) clean(line string) string {
	line = r.secret.ReplaceAllString(strings.TrimSpace(line), `$1 /* SECRET-DATA */`)
	if len(line) > maxLine {
		line = strings.ToValidUTF8(line[:maxLine], "") + "..."
	}
	return line
}

// Line is an operation of a shell as its user typed it; empty for what the shell
// asks by itself.
func (r *Recorder) Line(op netconf.Operation) string {
	switch op.Name.Local {
	case "command":
		return r.clean(read[rpc.Command](op.XML).Line)
	case "open-configuration":
		switch o := read[rpc.OpenConfiguration](op.XML); {
		case o.Exclusive != nil:
			return "configure exclusive"
		case o.Private != nil:
			return "configure private"
		}
		return "configure"
	case "load-configuration":
		return r.load(read[rpc.LoadConfiguration](op.XML))
	case "commit-configuration":
		return "commit"
	case "update-configuration":
		return "update"
	case "component-rpc":
		c := read[rpc.ComponentRPC](op.XML)
		if line := read[rpc.Command](c.RPC).Line; line != "" {
			return c.Component + ": " + r.clean(line)
		}
	}
	return ""
}

// load is how an operator spells a load.
func (r *Recorder) load(l rpc.LoadConfiguration) string {
	switch {
	case l.Set != nil && !strings.Contains(strings.TrimSpace(*l.Set), "\n"):
		return r.clean(*l.Set)
	case l.Rollback != "":
		return "rollback " + l.Rollback
	case l.Rescue != "":
		return "rollback rescue"
	}
	return "load " + cmp.Or(l.Action, "merge")
}

// read decodes a request; one that is malformed is the dispatcher's to refuse.
func read[T any](b []byte) (v T) {
	_ = xml.Unmarshal(b, &v) // what was read so far is what there is to tell
	return v
}

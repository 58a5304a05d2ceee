package northbound

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// Later keeps what waits for its moment.
type Later interface {
	// Schedule keeps a commit for a moment. Until then nobody else may commit.
	Schedule(ctx context.Context, c session.Change, at time.Time) error
	// ClearSchedule forgets it; false when there is none.
	ClearSchedule(ctx context.Context) (had bool, err error)
	// RollbackIn is how long a commit still waits to be confirmed; 0 when none does.
	RollbackIn() time.Duration
	// CancelConfirmed takes a commit back that waits to be confirmed; false when none
	// does.
	CancelConfirmed(ctx context.Context, by session.Claim) (waited bool, err error)
}

// Limits and default of a confirmation (Junos; RFC 6241 section 8.4.5.1).
const (
	maxMinutes     = 65535
	confirmDefault = 10 * time.Minute
)

// timeout reads how long a commit waits to be confirmed: minutes in the Junos RPC,
// seconds in the standard one.
func timeout(text string, unit time.Duration, limit int) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return confirmDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > limit {
		e := netconf.Errorf("invalid confirm-timeout '%s': want 1..%d", text, limit)
		e.Tag = "invalid-value"
		return 0, e
	}
	return time.Duration(n) * unit, nil
}

// cancelCommit is RFC 6241 section 8.4.4.1.
func (d *dispatcher) cancelCommit(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName   xml.Name `xml:"cancel-commit"`
		PersistID *string  `xml:"persist-id"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	shown, err := persistID("persist-id", r.PersistID)
	if err != nil {
		return netconf.Fail(err)
	}
	waited, err := d.cfg.Later.CancelConfirmed(ctx, d.claim(shown))
	switch {
	case err != nil:
		return failure(err)
	case !waited:
		return netconf.Fail(netconf.Errorf("no commit waits to be confirmed"))
	}
	return netconf.Done()
}

// commitAt keeps the candidate for a moment, after it was checked.
func (d *dispatcher) commitAt(ctx context.Context, when string, order session.Order) netconf.Reply {
	at, err := moment(when, d.cfg.Database.Now())
	if err != nil {
		return netconf.Fail(err)
	}
	problems, err := d.session.Check(ctx)
	if err != nil {
		return failure(err)
	}
	if conf.Failed(problems) {
		return checkFailed(problems)
	}
	change, err := d.session.Change(ctx, order)
	if err == nil {
		err = d.cfg.Later.Schedule(ctx, change, at)
	}
	if err != nil {
		return failure(err)
	}
	reply := d.results("<commit-check-success/>", nil, problems)
	said := netconf.TextElement("output", "commit at will be executed at "+report.Timestamp(at))
	reply.Body = bytes.Replace(reply.Body, []byte("</commit-results>"), append(said, "</commit-results>"...), 1)
	return reply
}

// moment reads when a commit is to happen: hh:mm[:ss] of this day, or with a date
// before it. The fabric's time is UTC.
func moment(text string, now time.Time) (time.Time, error) {
	text, now = strings.TrimSpace(text), now.UTC()
	if text == "reboot" {
		return now, netconf.Errorf("commit at reboot is not supported: a fabric does not restart as one")
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "15:04:05", "15:04"} {
		at, err := time.ParseInLocation(layout, text, time.UTC)
		if err != nil {
			continue
		}
		if !strings.HasPrefix(layout, "2006") {
			at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
		}
		if !at.After(now) {
			return at, netconf.Errorf("the time %s has passed: it is %s", report.Timestamp(at), report.Timestamp(now))
		}
		return at, nil
	}
	return now, netconf.Errorf("invalid time '%s': want hh:mm[:ss] or yyyy-mm-dd hh:mm[:ss]", text)
}

// clearCommit is `clear system commit`.
func (f *Face) clearCommit(ctx context.Context, _ oper.Call) (report.Report, error) {
	had, err := f.cfg.Later.ClearSchedule(ctx)
	switch {
	case err != nil:
		return nil, err
	case !had:
		return report.Message{Line: "No pending commit"}, nil
	}
	return report.Message{Line: "Pending commit cleared"}, nil
}

// Rescue keeps the rescue configuration.
type Rescue interface {
	// Rescue returns its text; false when none is set.
	Rescue(ctx context.Context) (text string, set bool, err error)
	// SaveRescue makes a configuration the rescue configuration.
	SaveRescue(ctx context.Context, user, text string) error
	// DeleteRescue forgets it.
	DeleteRescue(ctx context.Context) error
}

// noRescue is what Junos says without a rescue configuration.
func noRescue() error { return netconf.Errorf("No rescue configuration is set.") }

// rescued returns the rescue configuration.
func (f *Face) rescued(ctx context.Context) (conf.Tree, error) {
	text, set, err := f.cfg.Rescue.Rescue(ctx)
	switch {
	case err != nil:
		return conf.Tree{}, fmt.Errorf("read rescue configuration: %w", err)
	case !set:
		return conf.Tree{}, noRescue()
	}
	tree, err := f.cfg.Database.Parse(text)
	if err != nil {
		return tree, fmt.Errorf("rescue configuration: %w", err)
	}
	return tree, nil
}

// saveRescue keeps the active configuration as rescue configuration.
func (f *Face) saveRescue(ctx context.Context, c oper.Call) (report.Report, error) {
	tree, _ := f.cfg.Database.Active()
	text, err := session.Text(tree)
	if err != nil {
		return nil, err
	}
	return nil, f.cfg.Rescue.SaveRescue(ctx, c.Peer.User, text)
}

func (f *Face) deleteRescue(ctx context.Context, _ oper.Call) (report.Report, error) {
	if _, set, err := f.cfg.Rescue.Rescue(ctx); err != nil || !set {
		if err == nil {
			err = noRescue()
		}
		return nil, err
	}
	return nil, f.cfg.Rescue.DeleteRescue(ctx)
}

// rescueText is get-rescue-information (northbound.md 3.1).
type rescueText struct {
	XMLName xml.Name `xml:"rescue-information"`
	Output  string   `xml:"configuration-information>configuration-output"`
}

// Text writes the lines as they are.
func (c rescueText) Text(w *report.Writer) { configurationText{Output: c.Output}.Text(w) }

func (f *Face) rescueInformation(ctx context.Context, c oper.Call) (report.Report, error) {
	tree, err := f.rescued(ctx)
	if err != nil {
		return nil, err
	}
	style := conf.Style{Format: map[string]conf.Format{"xml": conf.XML, "set": conf.Lines, "json": conf.JSON}[c.Args.Value("format")]}
	if form := c.Args.Value("format"); form == "" || form == "text" {
		style.Format = conf.Text
	}
	text, err := printTree(f.cfg.Class(c.Peer).Visible(tree), nil, style)
	return rescueText{Output: text}, err
}

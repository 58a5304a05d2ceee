package ops

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"time"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// CommitReport is `show system commit`.
type CommitReport struct {
	XMLName xml.Name      `xml:"commit-information"`
	Pending string        `xml:"commit-pending,omitempty"`
	History []CommitEntry `xml:"commit-history"`
}

// CommitEntry is one commit; number n is what rollback n means.
type CommitEntry struct {
	Sequence int             `xml:"sequence-number"`
	User     string          `xml:"user"`
	Client   string          `xml:"client"`
	At       report.Quantity `xml:"date-time"`
	Revision uint64          `xml:"revision"`
	Comment  string          `xml:"comment,omitempty"` // what clients look for while it waits
	Log      string          `xml:"log,omitempty"`
}

// Text prints a line for each commit, its comment below it.
func (r CommitReport) Text(w *report.Writer) {
	if r.Pending != "" {
		w.Line(r.Pending)
	}
	for _, e := range r.History {
		waits := ""
		if e.Comment != "" {
			waits = " " + e.Comment
		}
		w.Linef("%d   %s by %s via %s%s", e.Sequence, e.At.Text, e.User, e.Client, waits)
		if e.Log != "" {
			w.Line("    " + e.Log)
		}
	}
}

// comment is what Junos says of a commit that waits to be confirmed.
func (c Commit) comment() string {
	if c.Confirm == 0 {
		return ""
	}
	return fmt.Sprintf("commit confirmed, rollback in %dmins", minutes(c.Confirm))
}

// minutes rounds up: a clock that says 0 minutes has run out.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

func (o *Operations) commits(ctx context.Context, _ oper.Call) (report.Report, error) {
	commits, err := o.fabric.Commits(ctx, 50)
	if err != nil {
		return nil, fmt.Errorf("read commit history: %w", err)
	}
	r := CommitReport{Pending: o.fabric.View().Pending}
	for i, c := range commits {
		r.History = append(r.History, CommitEntry{Sequence: i, User: c.User, Client: c.Client, At: report.At(c.At), Revision: c.Revision,
			Comment: c.comment(), Log: c.Comment})
	}
	return r, nil
}

// RevisionReport is `show system commit revision detail`: what NAPALM asks to know
// whether a commit waits to be confirmed.
type RevisionReport struct {
	XMLName  xml.Name        `xml:"commit-revision-information"`
	Revision string          `xml:"revision"`
	User     string          `xml:"user"`
	Client   string          `xml:"client"`
	At       report.Quantity `xml:"date-time"`
	Comment  string          `xml:"comment,omitempty"`
}

// Text prints a line for each value.
func (r RevisionReport) Text(w *report.Writer) {
	w.Line("Revision: " + r.Revision)
	w.Line("User    : " + r.User)
	w.Line("Client  : " + r.Client)
	w.Line("Time    : " + r.At.Text)
	if r.Comment != "" {
		w.Line("Comment : " + r.Comment)
	}
}

func (o *Operations) revision(ctx context.Context, _ oper.Call) (report.Report, error) {
	commits, err := o.fabric.Commits(ctx, 1)
	if err != nil {
		return nil, fmt.Errorf("read commit history: %w", err)
	}
	if len(commits) == 0 {
		return nil, errors.New("nothing has been committed yet")
	}
	c := commits[0]
	r := RevisionReport{Revision: fmt.Sprint(c.Revision), User: c.User, Client: c.Client, At: report.At(c.At), Comment: c.comment()}
	if r.Comment == "" {
		r.Comment = c.Comment
	}
	return r, nil
}

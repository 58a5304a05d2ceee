package commit_test

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/internal/script"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

func TestMain(m *testing.M) {
	flag.Bool("rewrite", false, "write the real outputs into the scripts; only commit what you understand")
	goleak.VerifyTestMain(m)
}

// TestScripts plays testdata/*.txt: one event a command, its effects and the phase
// as output. The command state prints what is known of the members.
func TestScripts(t *testing.T) {
	t.Parallel()
	rewrite := flag.Lookup("rewrite").Value.String() == "true"
	script.Run(t, "testdata/*.txt", rewrite, func(t *testing.T) func(script.Command) string {
		p := &play{t: t, state: commit.New(commit.DefaultLimits())}
		return p.command
	})
}

type play struct {
	t     *testing.T
	state commit.State
}

func (p *play) command(c script.Command) string {
	if c.Verb == "state" {
		return p.members()
	}
	next, effects := commit.Step(p.state, p.event(c))
	p.state = next
	var b strings.Builder
	for _, e := range effects {
		if _, told := e.(commit.Progress); told {
			continue // see TestProgress
		}
		fmt.Fprintln(&b, show(e))
	}
	fmt.Fprintf(&b, "= %s\n", next.Phase)
	return b.String()
}

func (p *play) event(c script.Command) commit.Event {
	member, err := inventory.MemberID(c.Word(0)), error(nil)
	if c.Has("fail") {
		err = errors.New(c.Value("fail", "it does not answer"))
	}
	switch c.Verb {
	case "lead":
		return commit.Lead{Epoch: p.number(c.Word(0))}
	case "retire":
		return commit.Retire{}
	case "recovered":
		return commit.Recovered{Epoch: p.state.Epoch, Ledger: p.ledger(c), Err: err}
	case "seen":
		s := commit.Seen{Member: member, Epoch: p.number(c.Value("epoch", "0")), Running: p.stamp(c.Value("running", "0:"))}
		if held := c.Value("held", ""); held != "" {
			id, stamp, _ := strings.Cut(held, ":")
			s.Held = txn.Held{Txn: id, Stamp: p.stamp(stamp)}
		}
		s.Left = p.stamp(c.Value("left", "0:"))
		return s
	case "gone":
		return commit.Gone{Member: member}
	case "propose":
		return commit.Propose{Proposal: p.proposal(c)}
	case "begun":
		return commit.Begun{Txn: c.Word(0), Err: err}
	case "voted":
		v := commit.Voted{Member: member, Txn: c.Word(1)}
		if c.Has("no") {
			v.Refusal = &commit.Refusal{Member: member, Path: c.Value("path", ""), Reason: c.Value("no", "")}
		}
		return v
	case "decided":
		return commit.Decided{Txn: c.Word(0), Won: c.Has("won"), Err: err}
	case "learned":
		verdicts := map[string]commit.Verdict{"committed": commit.Committed, "aborted": commit.Aborted}
		return commit.Learned{Txn: c.Word(0), Verdict: verdicts[c.Word(1)], Err: err}
	case "acked":
		stamp := p.stamp(c.Word(1))
		stamp.Epoch = p.number(c.Value("epoch", strconv.FormatUint(p.state.Epoch, 10)))
		return commit.Acked{Member: member, Stamp: stamp, NeedsIntent: c.Has("needs"), Lost: c.Has("lost"), Err: err}
	case "expired":
		return commit.Expired{Timer: p.state.Timer}
	case "tick":
		return commit.Tick{}
	}
	p.t.Fatalf("line %d: unknown command %s", c.Line, c.Verb)
	return nil
}

func (p *play) number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// stamp reads revision:hash.
func (p *play) stamp(s string) intent.Stamp {
	revision, hash, _ := strings.Cut(s, ":")
	return intent.Stamp{Revision: p.number(revision), Hash: hash}
}

// ledger reads one want a line: member, transaction, revision:hash, settled or not.
func (p *play) ledger(c script.Command) commit.Ledger {
	l := commit.Ledger{Current: p.number(c.Value("current", "0")), Last: p.number(c.Value("last", "0"))}
	for _, line := range strings.Split(strings.TrimSpace(c.Body), "\n") {
		if f := strings.Fields(line); len(f) >= 3 {
			l.Wants = append(l.Wants, commit.Want{Member: inventory.MemberID(f[0]), Txn: f[1], Stamp: p.stamp(f[2]), Settled: len(f) > 3})
		}
	}
	return l
}

func (p *play) proposal(c script.Command) commit.Proposal {
	out := commit.Proposal{Ask: c.Word(0)}
	for _, a := range c.Args {
		switch {
		case a.Key == "confirm":
			out.Change.Confirm = commit.Confirm{Base: 1, Deadline: deadline()}
		case a.Key == "parent":
			out.Change.Parent = p.number(a.Value)
		case a.Value != "":
			out.Intents = append(out.Intents, commit.Intent{Member: inventory.MemberID(a.Key), Hash: a.Value})
		}
	}
	return out
}

func show(e commit.Effect) string {
	switch e := e.(type) {
	case commit.Recover:
		return fmt.Sprintf("store: recover for epoch %d", e.Epoch)
	case commit.Begin:
		return fmt.Sprintf("store: begin %s, revision %d", e.Transaction.ID, e.Transaction.Revision)
	case commit.Decide:
		return fmt.Sprintf("store: decide %s %s", e.Txn, e.Verdict)
	case commit.Learn:
		return fmt.Sprintf("store: learn %s", e.Txn)
	case commit.Settle:
		return fmt.Sprintf("store: settle %s %d:%s", e.Member, e.Stamp.Revision, e.Stamp.Hash)
	case commit.Fence:
		return fmt.Sprintf("%s: fence %d", e.Member, e.Epoch)
	case commit.Prepare:
		return fmt.Sprintf("%s: prepare %s %d:%s", e.Intent.Member, e.Txn, e.Stamp.Revision, e.Stamp.Hash)
	case commit.Commit:
		whole := ""
		if e.Whole {
			whole = " with intent"
		}
		if e.Confirm.Waits() {
			whole += ", to be confirmed"
		}
		return fmt.Sprintf("%s: commit %s %d:%s%s", e.Member, e.Txn, e.Stamp.Revision, e.Stamp.Hash, whole)
	case commit.Abort:
		return fmt.Sprintf("%s: abort %s", e.Member, e.Txn)
	case commit.Arm:
		return fmt.Sprintf("timer %s", e.After)
	case commit.Resign:
		return fmt.Sprintf("resign, epoch %d was seen", e.Seen)
	case commit.Note:
		if e.Alarm {
			return "alarm: " + e.Text
		}
		return "note: " + e.Text
	case commit.Reply:
		return "reply " + e.Ask + ": " + outcomeText(e.Outcome)
	}
	return fmt.Sprintf("%T", e)
}

func outcomeText(o commit.Outcome) string {
	text := o.Verdict.String()
	if o.Txn != "" {
		text += fmt.Sprintf(" %s, revision %d", o.Txn, o.Revision)
	}
	if o.Reason != "" {
		text += ": " + o.Reason
	}
	for _, r := range o.Refusals {
		text += fmt.Sprintf("; %s %s: %s", r.Member, r.Path, r.Reason)
	}
	if len(o.Owing) > 0 {
		text += fmt.Sprintf("; owing %v", o.Owing)
	}
	return text
}

func (p *play) members() string {
	var b strings.Builder
	for _, m := range p.state.Members {
		fmt.Fprintf(&b, "%s connected=%v runs=%d:%s wants=%d:%s owes=%v vote=%s", m.ID, m.Connected,
			m.Running.Revision, m.Running.Hash, m.Want.Stamp.Revision, m.Want.Stamp.Hash, m.Owes(), m.Vote)
		if m.Failed != "" {
			fmt.Fprintf(&b, " failed %d: %s", m.Failures, m.Failed)
		}
		b.WriteString("\n")
	}
	if why := p.state.Frozen(); why != "" {
		fmt.Fprintf(&b, "frozen: %s\n", why)
	}
	return b.String()
}

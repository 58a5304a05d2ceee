package northbound

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// commitConfiguration is the Junos commit with its options.
func (d *dispatcher) commitConfiguration(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.CommitConfiguration
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	order := session.Order{Comment: r.Log, Claim: d.claim("")}
	if r.Confirmed != nil || r.ConfirmTimeout != "" {
		var err error
		if order.Confirm.After, err = timeout(r.ConfirmTimeout, time.Minute, maxMinutes); err != nil {
			return netconf.Fail(err)
		}
	}
	switch {
	case r.Check != nil && (order.Confirm.After != 0 || r.AtTime != ""):
		return netconf.Fail(netconf.Errorf("check goes with neither confirmed nor at"))
	case order.Confirm.After != 0 && r.AtTime != "":
		return netconf.Fail(netconf.Errorf("confirmed does not go with at"))
	case r.Check != nil:
		d.did = "commit check"
		return d.checkAndConfirm(ctx)
	case r.AtTime != "":
		d.did = "commit at " + r.AtTime
		return d.commitAt(ctx, r.AtTime, order)
	case r.Follow != "":
		return d.follow(ctx, func(d *dispatcher, progress func(string)) netconf.Reply {
			order.Progress = progress
			return d.commitNow(ctx, order)
		})
	}
	return d.commitNow(ctx, order)
}

// checkAndConfirm is commit check: it confirms, as commit does (Junos).
func (d *dispatcher) checkAndConfirm(ctx context.Context) netconf.Reply {
	reply := d.check(ctx)
	if reply.Err() != nil {
		return reply
	}
	switch confirmed, err := d.session.Confirm(ctx, d.claim("")); {
	case err != nil:
		return failure(err)
	case confirmed:
		d.did = "commit check that confirms"
	}
	return reply
}

// claim is what this session shows to confirm a commit.
func (d *dispatcher) claim(persist string) session.Claim {
	return session.Claim{Persist: persist, Owner: d.cfg.SessionName(d.id)}
}

// commit is RFC 6241 section 8.3.4.1, with the confirmation of section 8.4. One
// without persist belongs to its session: no other may confirm it, and the end of the
// session takes it back.
func (d *dispatcher) commit(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName   xml.Name   `xml:"commit"`
		Confirmed *rpc.Empty `xml:"confirmed"`
		Timeout   string     `xml:"confirm-timeout"`
		Persist   *string    `xml:"persist"`
		PersistID *string    `xml:"persist-id"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	persist, err1 := persistID("persist", r.Persist)
	shown, err2 := persistID("persist-id", r.PersistID)
	if err := errors.Join(err1, err2); err != nil {
		return netconf.Fail(err)
	}
	order := session.Order{Claim: d.claim(shown)}
	switch {
	case r.Confirmed != nil:
		var err error
		if order.Confirm.After, err = timeout(r.Timeout, time.Second, maxMinutes*60); err != nil {
			return netconf.Fail(err)
		}
		order.Confirm.Persist = persist
		if persist == "" {
			order.Confirm.Owner = order.Claim.Owner
		}
	case persist != "" || r.Timeout != "":
		return invalid("persist and confirm-timeout go with confirmed alone")
	}
	reply := d.commitNow(ctx, order)
	reply.Body = nil
	return reply
}

// maxPersist bounds what is kept of a client's choosing.
const maxPersist = 128

// persistID reads a persist or persist-id; without the element it is empty.
func persistID(name string, text *string) (string, error) {
	if text == nil {
		return "", nil
	}
	id := strings.TrimSpace(*text)
	if id == "" || len(id) > maxPersist {
		e := netconf.Errorf("invalid %s: want 1..%d characters", name, maxPersist)
		e.Tag, e.BadElement = "invalid-value", name
		return "", e
	}
	return id, nil
}

func invalid(why string) netconf.Reply {
	e := netconf.Errorf("%s", why)
	e.Tag = "invalid-value"
	return netconf.Fail(e)
}

// validate is RFC 6241 section 8.6.4.1: the candidate, what runs, or a configuration
// that stands in the request.
func (d *dispatcher) validate(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName xml.Name       `xml:"validate"`
		Source  standardSource `xml:"source"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	switch {
	case r.Source.Running != nil:
		tree, _ := d.cfg.Database.Active()
		return d.validated(d.cfg.Database.Check(ctx, tree))
	case r.Source.Config != nil && r.Source.Config.Configuration != nil:
		tree, problems := d.cfg.Database.Read(conf.Request{Action: conf.LoadOverride, Format: conf.XML, Source: wrap(r.Source.Config.Configuration.Inner)})
		if conf.Failed(problems) {
			return d.validated(problems)
		}
		return d.validated(append(problems, d.cfg.Database.Check(ctx, tree)...))
	case r.Source.Candidate == nil:
		return invalid("the source must be candidate, running or a configuration")
	}
	reply := d.check(ctx)
	reply.Body = nil
	return reply
}

func (d *dispatcher) validated(problems []conf.Problem) netconf.Reply {
	if conf.Failed(problems) {
		return checkFailed(problems)
	}
	return netconf.Reply{Errors: rpcErrors(problems), OK: true}
}

func (d *dispatcher) check(ctx context.Context) netconf.Reply {
	problems, err := d.session.Check(ctx)
	if err != nil {
		return failure(err)
	}
	if conf.Failed(problems) {
		return checkFailed(problems)
	}
	return d.results("<commit-check-success/>", nil, problems)
}

// checkFailed ends the list of problems with the line that Junos ends it with.
func checkFailed(problems []conf.Problem) netconf.Reply {
	last := netconf.Errorf("configuration check-out failed")
	return netconf.Reply{Errors: append(rpcErrors(problems), last)}
}

func (d *dispatcher) commitNow(ctx context.Context, order session.Order) netconf.Reply {
	if order.Confirm.After != 0 {
		d.did = "commit confirmed, rollback in " + order.Confirm.After.String()
	}
	res, err := d.session.Commit(ctx, order)
	switch {
	case err != nil:
		return failure(err)
	case res.Committed:
		return d.results("<commit-success/>", res.Members, res.Problems)
	case len(res.Members) == 0:
		return checkFailed(res.Problems)
	}
	errs := rpcErrors(res.Problems)
	for _, m := range res.Members {
		if m.Text == "" {
			continue
		}
		e := netconf.Errorf("%s: %s", m.Name, m.Text)
		if m.Path != "" {
			e.Path = conf.Banner(m.Path)
		}
		e.Source = m.Name
		errs = append(errs, e)
	}
	return netconf.Reply{Errors: append(errs, netconf.Errorf("commit failed: no member was changed"))}
}

// results is the answer to a commit that succeeded. Warnings and ok are direct
// children (trap 5); what each member did stands in an element that Junos clients
// do not know and pass over.
func (d *dispatcher) results(word string, members []session.MemberResult, problems []conf.Problem) netconf.Reply {
	var b bytes.Buffer
	b.WriteString(`<commit-results><routing-engine junos:style="normal"><name>`)
	if err := xml.EscapeText(&b, []byte(d.cfg.HostName())); err != nil {
		return netconf.Fail(fmt.Errorf("encode host name: %w", err))
	}
	b.WriteString("</name>" + word + "</routing-engine>")
	for _, m := range members {
		out, err := xml.Marshal(memberResult{Name: m.Name, State: m.State})
		if err != nil {
			return netconf.Fail(fmt.Errorf("encode result of %s: %w", m.Name, err))
		}
		b.Write(out)
	}
	b.WriteString("</commit-results>")
	return netconf.Reply{Body: b.Bytes(), Errors: rpcErrors(problems), OK: true}
}

type memberResult struct {
	XMLName xml.Name `xml:"fabric-member"`
	Name    string   `xml:"name"`
	State   string   `xml:"commit-state"`
}

// openConfiguration begins to edit. The notices are those that Junos prints behind
// `Entering configuration mode`; the shell shows them as they are.
func (d *dispatcher) openConfiguration(_ context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.OpenConfiguration
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	mode := session.Shared
	switch {
	case r.Private != nil:
		mode = session.Private
	case r.Exclusive != nil:
		mode = session.Exclusive
	}
	entered, err := d.session.Enter(mode)
	if err != nil {
		return failure(err)
	}
	reply := netconf.Reply{OK: true}
	if text := entered.String(); text != "" && d.peer.Via == netconf.ViaLocal {
		reply = netconf.Reply{Body: netconf.TextElement("output", text)}
	}
	if mode != session.Shared {
		reply.Errors = append(reply.Errors, netconf.Warningf("uncommitted changes will be discarded on exit"))
	}
	return reply
}

// configurationStatus tells who edits, in words.
func (d *dispatcher) configurationStatus(context.Context, netconf.Operation) netconf.Reply {
	return netconf.Reply{Body: netconf.TextElement("output", d.session.Status().String())}
}

// updateConfiguration brings a private candidate up to date. What stands in the way is
// named in the words of a commit, which would have met the same.
func (d *dispatcher) updateConfiguration(ctx context.Context, _ netconf.Operation) netconf.Reply {
	problems, err := d.session.Update(ctx)
	reply := d.standard(problems, err)
	if conf.Failed(problems) {
		reply.Errors = append(reply.Errors, netconf.Errorf("update failed: the private configuration is as it was"))
	}
	return reply
}

// closeConfiguration ends editing.
func (d *dispatcher) closeConfiguration(context.Context, netconf.Operation) netconf.Reply {
	reply := netconf.Done()
	if d.session.Leave() {
		reply.Errors = append(reply.Errors, netconf.Warningf("discarding uncommitted changes"))
	}
	return reply
}

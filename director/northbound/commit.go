package northbound

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
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
	order := session.Order{Comment: r.Log}
	if r.Confirmed != nil || r.ConfirmTimeout != "" {
		var err error
		if order.Confirm, err = timeout(r.ConfirmTimeout, time.Minute, maxMinutes); err != nil {
			return netconf.Fail(err)
		}
	}
	switch {
	case r.Check != nil && (order.Confirm != 0 || r.AtTime != ""):
		return netconf.Fail(netconf.Errorf("check goes with neither confirmed nor at"))
	case order.Confirm != 0 && r.AtTime != "":
		return netconf.Fail(netconf.Errorf("confirmed does not go with at"))
	case r.Check != nil:
		d.did = "commit check"
		return d.checkAndConfirm(ctx)
	case r.AtTime != "":
		d.did = "commit at " + r.AtTime
		return d.commitAt(ctx, r.AtTime, order)
	}
	return d.commitNow(ctx, order)
}

// checkAndConfirm is commit check: it confirms, as commit does (Junos).
func (d *dispatcher) checkAndConfirm(ctx context.Context) netconf.Reply {
	reply := d.check(ctx)
	if reply.Err() != nil {
		return reply
	}
	if _, err := d.session.Confirm(ctx); err != nil {
		return failure(err)
	}
	return reply
}

// commit is RFC 6241 section 8.3.4.1, with the confirmation of section 8.4.
func (d *dispatcher) commit(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r struct {
		XMLName   xml.Name   `xml:"commit"`
		Confirmed *rpc.Empty `xml:"confirmed"`
		Timeout   string     `xml:"confirm-timeout"`
		Persist   *rpc.Empty `xml:"persist"`
		PersistID *rpc.Empty `xml:"persist-id"`
	}
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	if r.Persist != nil || r.PersistID != nil {
		return unsupported("persist is not supported: a confirmed commit outlives its session anyway, and any session may confirm it")
	}
	var order session.Order
	if r.Confirmed != nil {
		var err error
		if order.Confirm, err = timeout(r.Timeout, time.Second, maxMinutes*60); err != nil {
			return netconf.Fail(err)
		}
	}
	reply := d.commitNow(ctx, order)
	reply.Body = nil
	return reply
}

// validate is RFC 6241 section 8.6.4.1.
func (d *dispatcher) validate(ctx context.Context, _ netconf.Operation) netconf.Reply {
	reply := d.check(ctx)
	reply.Body = nil
	return reply
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
	if order.Confirm != 0 {
		d.did = "commit confirmed, rollback in " + order.Confirm.String()
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
	if text := entered.String(); text != "" && d.peer.Via == "local" {
		reply = netconf.Reply{Body: netconf.TextElement("output", text)}
	}
	if mode != session.Shared {
		reply.Errors = append(reply.Errors, netconf.Warningf("uncommitted changes will be discarded on exit"))
	}
	return reply
}

// closeConfiguration ends editing.
func (d *dispatcher) closeConfiguration(context.Context, netconf.Operation) netconf.Reply {
	reply := netconf.Done()
	if d.session.Leave() {
		reply.Errors = append(reply.Errors, netconf.Warningf("uncommitted changes discarded"))
	}
	return reply
}

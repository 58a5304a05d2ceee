package northbound

import (
	"encoding/xml"
	"errors"
	"fmt"

	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/netconf"
)

// rpcError renders a problem of the configuration: the one place where the words
// of the language become an rpc-error.
func rpcError(p conf.Problem) netconf.RPCError {
	e := netconf.Errorf("%s", p.Text)
	if p.Severity == conf.Warning {
		e = netconf.Warningf("%s", p.Text)
	}
	if p.Path != "" || p.Token != "" && (p.Code == conf.Semantic || p.Code == conf.Unapplied) {
		e.Path = p.Banner() // a statement at the top is named, too
	}
	e.BadElement, e.Line, e.Column = p.Token, p.Pos.Line, p.Pos.Column
	return e
}

// located says in the message of an error which line it is about, when there are many:
// programs show the message alone. The shell has the text and shows the line itself.
func (d *dispatcher) located(e netconf.RPCError) netconf.RPCError {
	if e.Line > 1 && d.client != netconf.ClientShell {
		e.Message = fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return e
}

func rpcErrors(problems []conf.Problem) []netconf.RPCError {
	var out []netconf.RPCError
	for _, p := range problems {
		out = append(out, rpcError(p))
	}
	return out
}

// failure renders an error of a session.
func failure(err error) netconf.Reply {
	e := netconf.Errorf("%s", err.Error())
	var locked session.Locked
	var notReady session.NotReady
	switch { // RFC 6241 appendix A
	case errors.As(err, &locked) || errors.Is(err, session.ErrModified):
		e.Tag = "lock-denied"
	case errors.As(err, &notReady) || errors.Is(err, session.ErrReadOnly):
		e.Tag = "resource-denied" // not now; the same may be asked again
	default:
		return netconf.Fail(err)
	}
	return netconf.Fail(e)
}

// loaded is the answer to a load: errors and warnings stand inside the results
// (trap 6), and there is an ok only when nothing failed (trap 5).
func (d *dispatcher) loaded(problems []conf.Problem, err error) netconf.Reply {
	if err != nil {
		return failure(err)
	}
	b := []byte("<load-configuration-results>")
	failed := 0
	for _, p := range problems {
		b = d.located(rpcError(p)).AppendXML(b)
		if p.Severity == conf.Error {
			failed++
		}
	}
	if failed > 0 {
		b = fmt.Appendf(b, "<load-error-count>%d</load-error-count>", failed)
	} else {
		b = append(b, "<ok/>"...)
	}
	return netconf.Reply{Body: append(b, "</load-configuration-results>"...)}
}

// element marshals a reply body.
func element(v any) netconf.Reply {
	b, err := xml.Marshal(v)
	if err != nil {
		return netconf.Fail(fmt.Errorf("encode reply: %w", err))
	}
	return netconf.Reply{Body: b}
}

func decode(op netconf.Operation, v any) error {
	if err := xml.Unmarshal(op.XML, v); err != nil {
		return fmt.Errorf("read <%s>: %w", op.Name.Local, err)
	}
	return nil
}

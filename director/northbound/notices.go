package northbound

import (
	"context"
	"strconv"
	"time"

	"oneswitch/director/notice"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// noticeTime is how a notice tells when it was given, as wall(1) does.
const noticeTime = "15:04 MST"

// Board is what was said to the users of shells: director/notice.
type Board interface {
	Last() uint64
	Since(seen uint64, user string) (said []notice.Notice, last uint64)
	Post(from, to, text string)
}

// standing answers how things stand for a session.
func (d *dispatcher) standing(op netconf.Operation) netconf.Reply {
	var r rpc.Standing
	if err := decode(op, &r); err != nil {
		return netconf.Fail(err)
	}
	out := rpc.Stands{HostName: d.cfg.HostName(), Modified: d.session.Modified(), Last: strconv.FormatUint(d.cfg.Notices.Last(), 10),
		Class: d.cfg.Class(d.peer).Stamp()}
	if left := d.cfg.Later.RollbackIn(); left > 0 {
		out.RollbackIn = int((left + time.Second - 1) / time.Second)
	}
	if r.Since == "" {
		out.Greeting = d.cfg.Greeting()
	} else {
		seen, err := strconv.ParseUint(r.Since, 10, 64)
		if err != nil {
			return netconf.Fail(netconf.Errorf("invalid number of a notice '%s'", r.Since))
		}
		said, last := d.cfg.Notices.Since(seen, d.peer.User)
		out.Last = strconv.FormatUint(last, 10)
		for _, n := range said {
			out.Notices = append(out.Notices, rpc.Notice{From: n.From, At: n.At.UTC().Format(noticeTime), Text: n.Text})
		}
	}
	return element(out)
}

// sendMessage is `request message (all | user NAME) message TEXT`.
func (f *Face) sendMessage(_ context.Context, c oper.Call) (report.Report, error) {
	f.cfg.Notices.Post(c.Peer.User, c.Args.Value("user"), c.Args.Value("message"))
	return nil, nil
}

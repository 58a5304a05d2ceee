package cli

import (
	"encoding/xml"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
)

// live reports whether what a verb says is shown while it says it: the steps of a
// commit with `| display detail` and no other pipe.
func live(st command.Statement) bool {
	return st.Verb == "commit" && len(st.Pipes) == 1 && detailed(st)
}

// askCommit sends a commit. When it is followed, each step is shown as it happens; the
// reply is that of the commit either way.
func (s *shell) askCommit(o options, follow bool) (netconf.Reply, error) {
	req := o.request()
	if !follow {
		return s.ask(req)
	}
	req.Follow = "follow"
	reply, err := s.ask(req)
	for err == nil {
		var p rpc.CommitProgress
		if xml.Unmarshal(reply.Body, &p) != nil {
			break // it is not progress, so it is the end
		}
		for _, step := range p.Steps {
			s.out.Print(step + "\n")
		}
		reply, err = s.ask(rpc.CommitProgress{})
	}
	return reply, err
}

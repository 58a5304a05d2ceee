package e2e

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/lab"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
)

// manager is a NETCONF session with the fabric.
type manager struct {
	t       *testing.T
	ssh     *sshnet.Client
	session *netconf.Client
}

// dial opens a NETCONF session; the error is the caller's to judge.
func (f *fabric) dial(ctx context.Context) (*manager, error) {
	password, err := os.ReadFile(lab.PasswordFile(f.state))
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", f.conf)
	if err != nil {
		return nil, err
	}
	client, err := sshnet.NewClient(ctx, conn, sshnet.ClientConfig{
		User: "admin", Password: strings.TrimSpace(string(password)),
		HostKey: func(sshnet.PublicKey) error { return nil },
	})
	if err != nil {
		return nil, err
	}
	stream, err := client.Subsystem(ctx, "netconf")
	if err != nil {
		client.Close()
		return nil, err
	}
	session, err := netconf.NewClient(ctx, stream, netconf.ClientConfig{})
	if err != nil {
		client.Close()
		return nil, err
	}
	return &manager{f.t, client, session}, nil
}

// mustDial dials until a director answers.
func (f *fabric) mustDial() *manager {
	f.t.Helper()
	var m *manager
	await(f.t, 20*time.Second, "a director to answer NETCONF", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		var err error
		m, err = f.dial(ctx)
		return err == nil
	})
	return m
}

func (m *manager) close() {
	m.session.Close()
	m.ssh.Close()
}

// call sends a request; an rpc-error is an error.
func (m *manager) call(request any) (netconf.Reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	return rpc.Call(ctx, m.session, request)
}

func (m *manager) must(request any) netconf.Reply {
	m.t.Helper()
	reply, err := m.call(request)
	if err != nil {
		m.t.Fatalf("%T: %v", request, err)
	}
	return reply
}

// load puts set commands into the candidate.
func (m *manager) load(lines string) error {
	_, err := m.call(rpc.LoadConfiguration{Action: "set", Format: "text", Set: &lines})
	return err
}

// describe is a configuration that touches every member: a description on each
// of its host ports.
func describe(word string) string {
	var b strings.Builder
	for node := range 4 {
		for port := range 2 {
			fmt.Fprintf(&b, "set interfaces Node%d:xe-0/0/%d description %s\n", node, port, word)
		}
	}
	return b.String()
}

// revisions asks each node device itself which revision it runs.
func (m *manager) revisions() map[string]uint64 {
	m.t.Helper()
	out := map[string]uint64{}
	for node := range 4 {
		name := fmt.Sprintf("Node%d", node)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		id, err := rpc.Component{Caller: rpc.Relay{Director: m.session, Component: name}}.Identity(ctx)
		cancel()
		if err != nil {
			m.t.Logf("%s: %v", name, err)
			continue
		}
		if id.Prepared == nil {
			out[name] = id.Running.Revision
		}
	}
	return out
}

// agreed reports the one revision that all node devices run with nothing in
// doubt, if there is one.
func (m *manager) agreed() (uint64, bool) {
	m.t.Helper()
	all := m.revisions()
	first := all["Node0"]
	for _, r := range all {
		if r != first {
			return 0, false
		}
	}
	return first, len(all) == 4
}

// commit commits the candidate.
func (m *manager) commit() {
	m.t.Helper()
	m.must(rpc.CommitConfiguration{})
}

// awaitAgreement waits until all node devices run the same revision with nothing
// in doubt: an abort may still be on its way.
func (m *manager) awaitAgreement() uint64 {
	m.t.Helper()
	var revision uint64
	await(m.t, 10*time.Second, "all nodes to agree", func() (ok bool) {
		revision, ok = m.agreed()
		return ok
	})
	return revision
}

package director

import (
	"context"
	"io"

	"oneswitch/director/peers"
	"oneswitch/internal/netconf"
)

// serveStream answers a NETCONF session of an operator: here when this director
// leads, at the leader when another one does, and here read-only when none can be
// reached. The operator need not know which director he met.
func (r *role) serveStream(ctx context.Context, stream io.ReadWriteCloser, peer netconf.Peer) {
	if !r.leads() && r.handOver(ctx, stream, peer) {
		return
	}
	r.serveHere(ctx, stream, peer)
}

func (r *role) serveHere(ctx context.Context, stream io.ReadWriteCloser, peer netconf.Peer) {
	if err := r.netconf.Serve(ctx, stream, peer); err != nil {
		r.log.Info("session ended", "user", peer.User, "err", err)
	}
	r.reconsider()
}

// handOver joins the stream with a session at the leader. It reports false when
// there is no leader that could take it.
func (r *role) handOver(ctx context.Context, stream io.ReadWriteCloser, peer netconf.Peer) bool {
	r.now.Lock()
	leader, ok := parseHolder(r.now.leader.Holder)
	r.now.Unlock()
	if !ok || leader.address == r.file.Address.Addr() {
		return false
	}
	ssh, far, err := r.others().Open(ctx, leader.address, relayUser(relayed{peer.Client(), peer.User, peer.Seat, peer.Remote}))
	if err != nil {
		r.log.Info("leader not reached, session is read-only", "leader", leader.name, "user", peer.User, "err", err)
		return false
	}
	defer ssh.Close()
	peers.Join(ctx, stream, far)
	return true
}

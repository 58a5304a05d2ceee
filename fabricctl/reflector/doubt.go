package reflector

import "time"

// A doubt is a kept route of a lost client that another reflector, to which the client
// may still speak, has withdrawn. What a member withdraws at the only reflector that it
// reaches must not stay at the other one until it is back there.
//
// Not every such word is news. It may be older than the client's last word here: so it
// counts once the client has been lost for settleTime, by which everything older has
// arrived or its session has ended. It may only mean that the other reflector prefers
// our copy: so it does not count when ours is the better one. And when our copy counts
// as long-lived stale, nobody's word is needed: two reflectors that gave up their kept
// paths for each other's word would lose the route.

// settleTime is twice the hold time of sessions in the fabric: the client's way to the
// other reflector, and that one's to us.
const settleTime = 18 * time.Second

// doubt notes that the other reflector takes path n of record r back, before it goes.
func (c *core) doubt(r, n uint32) {
	t := c.table
	owner := c.sets[t.paths[n].attr].rank.router
	for k := t.recs[r].first; k != 0; k = t.paths[k].next {
		q := c.peers[t.paths[k].peer]
		if !q.client || q.link != nil || q.id != owner || q.keeping.demoted {
			continue
		}
		if c.sets[t.paths[k].attr].rank.merit(c.sets[t.paths[n].attr].rank) < 0 {
			continue
		}
		if q.keeping.doubts == nil {
			q.keeping.doubts = map[string]famIndex{}
		}
		q.keeping.doubts[string(t.nlri(k))] = t.recs[r].fam
	}
}

// settle drops the doubted routes of a lost client once no older word can be under way.
// One that a live reflector has meanwhile said again stays.
func (c *core) settle(q *peer) {
	k := &q.keeping
	if len(k.doubts) == 0 || c.cfg.Clock.Now().Sub(k.lost) < settleTime {
		return
	}
	dropped := 0
	for nlri, fam := range k.doubts {
		r, _ := c.table.find(fam, []byte(nlri))
		if r == 0 || c.relayed(r, q) {
			continue
		}
		if n := c.table.pathOf(r, q.slot); n != 0 {
			c.drop(q, r, n)
			c.elect(r)
			dropped++
		}
	}
	k.doubts = nil
	if dropped > 0 {
		c.cfg.Log.Info("routes withdrawn elsewhere dropped", "peer", q.id, "routes", dropped)
	}
}

// relayed reports whether a reflector that is here announces q's route of record r.
func (c *core) relayed(r uint32, q *peer) bool {
	t := c.table
	for n := t.recs[r].first; n != 0; n = t.paths[n].next {
		p := c.peers[t.paths[n].peer]
		if !p.client && p.link != nil && c.sets[t.paths[n].attr].rank.router == q.id {
			return true
		}
	}
	return false
}

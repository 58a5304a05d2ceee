package health

import (
	"oneswitch/director/alarm"
	"oneswitch/director/fleet"
	"oneswitch/director/ops"
	"oneswitch/inventory"
)

// Members joins what is known of components: who is enrolled, how each stands, and
// who was turned away.
func Members(known inventory.Snapshot, standing map[inventory.MemberID]ops.Standing, statuses []fleet.Status) []alarm.Member {
	refused := map[inventory.MemberID]fleet.Status{}
	for _, s := range statuses {
		if !s.Refused.IsZero() {
			refused[s.Member.ID] = s
		}
	}
	var out []alarm.Member
	for _, m := range known.Members() {
		st, r := standing[m.ID], refused[m.ID]
		delete(refused, m.ID)
		out = append(out, alarm.Member{Member: m, Enrolled: true, Connected: st.Connected, Since: st.Since, Debt: st.Debt,
			Refused: alarm.Refusal{At: r.Refused, Why: r.Problem}})
	}
	for _, s := range statuses {
		if r, stranger := refused[s.Member.ID]; stranger {
			out = append(out, alarm.Member{Member: r.Member, Refused: alarm.Refusal{At: r.Refused, Why: r.Problem}})
		}
	}
	return out
}

/* Counters. Every drop names its reason, see enum drop_reason. */
#ifndef ONESWITCH_STATS_H
#define ONESWITCH_STATS_H

#include "maps.h"

static __always_inline void count_in(__u32 slot, struct __sk_buff *skb)
{
	struct port_counters *c = bpf_map_lookup_elem(&counters, &slot);

	if (c) {
		c->in_frames++;
		c->in_octets += skb->len + (skb->vlan_present ? 4 : 0);
	}
}

static __always_inline void count_out(__u32 slot, struct __sk_buff *skb)
{
	struct port_counters *c = bpf_map_lookup_elem(&counters, &slot);

	if (c) {
		c->out_frames++;
		c->out_octets += skb->len + (skb->vlan_present ? 4 : 0);
	}
}

/* drop counts the reason and gives the verdict, so that one cannot go without the other. */
static __always_inline int drop(__u32 slot, enum drop_reason reason)
{
	__u32 zero = 0;
	struct drop_counters *d = bpf_map_lookup_elem(&drops, &zero);
	struct port_counters *c = bpf_map_lookup_elem(&counters, &slot);

	if (d && reason < REASONS)
		d->dropped[reason]++;
	if (c)
		c->dropped++;
	return TC_ACT_SHOT;
}

/* count_detour counts a frame that was sent on; see astray.h. */
static __always_inline void count_detour(void)
{
	__u32 zero = 0;
	struct drop_counters *d = bpf_map_lookup_elem(&drops, &zero);

	if (d)
		d->detours++;
}

#endif

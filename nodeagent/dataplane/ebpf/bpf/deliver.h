/* Delivery to access ports: one port, or all ports of a domain. */
#ifndef ONESWITCH_DELIVER_H
#define ONESWITCH_DELIVER_H

#include <linux/if_packet.h>

#include "lookup.h"
#include "stats.h"

/* may_leave says whether an untagged frame of the domain may leave by the port. */
static __always_inline enum drop_reason may_leave(const struct state *s, const struct domain *d, __u8 slot)
{
	if (!has(d->untagged, slot) && !has(d->tagged, slot))
		return ISOLATED;
	return has(s->up, slot) ? KEPT : PORT_DOWN;
}

/* deliver sends an untagged frame by one access port in the form that the port wants.
 * A veth whose other end is in a host's namespace is skipped: the frame goes on there
 * at once, without another queue and softirq. The host's stack then sees the frame as
 * it stands here, so it must be typed: skb->protocol is the frame's. */
static __always_inline int deliver(struct __sk_buff *skb, __u32 in, const struct domain *d, __u32 slot, bool typed)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	bool tagged = has(d->tagged, slot);

	if (!p)
		return drop(in, REFUSED);
	if (tagged && bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), d->tag))
		return drop(in, REFUSED);
	count_out(slot, skb);
	if (p->peer_in_host && typed && !tagged && !bpf_skb_change_type(skb, PACKET_HOST))
		return bpf_redirect_peer(p->ifindex, 0);
	return bpf_redirect(p->ifindex, 0);
}

struct flooding {
	struct __sk_buff *skb;
	__u64 set[MAX_SLOTS / 64];
	__u32 copied; /* a flag and no count: the verifier must see the loop settle */
};

static long flood_one(__u32 slot, struct flooding *f)
{
	struct port *p;

	if (slot >= MAX_SLOTS || !has(f->set, slot))
		return 0;
	p = bpf_map_lookup_elem(&ports, &slot);
	if (!p)
		return 0;
	count_out(slot, f->skb);
	bpf_clone_redirect(f->skb, p->ifindex, 0);
	f->copied = 1;
	return 0;
}

/* flood_set copies the frame as it is to the live ports of a set, except one. */
static __always_inline __u32 flood_set(struct __sk_buff *skb, const struct state *s, const __u64 *set, __u8 except)
{
	struct flooding f = {.skb = skb};
	__u64 any = 0;

#pragma unroll
	for (int i = 0; i < MAX_SLOTS / 64; i++) {
		f.set[i] = set[i] & s->up[i];
		if (i == except / 64)
			f.set[i] &= ~(1ULL << except % 64);
		any |= f.set[i];
	}
	if (any)
		bpf_loop(s->top_slot + 1, flood_one, &f, 0);
	return f.copied;
}

/* flood copies an untagged frame to all ports of the domain except one, and leaves
 * it untagged. It returns 1 if anybody got one, 0 if nobody, -1 if the kernel refused. */
static __always_inline int flood(struct __sk_buff *skb, const struct state *s, const struct domain *d, __u8 except)
{
	__u32 copied = flood_set(skb, s, d->untagged, except);
	__u64 any = d->tagged[0] | d->tagged[1] | d->tagged[2] | d->tagged[3];

	if (!any)
		return copied;
	if (bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), d->tag))
		return -1;
	copied |= flood_set(skb, s, d->tagged, except);
	return bpf_skb_vlan_pop(skb) ? -1 : (int)copied;
}

#endif

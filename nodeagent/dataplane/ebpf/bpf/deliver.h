/* Delivery to access ports: one port, or all ports of a domain. */
#ifndef ONESWITCH_DELIVER_H
#define ONESWITCH_DELIVER_H

#include <linux/if_packet.h>

#include "lookup.h"
#include "stats.h"

/* A frame inside a domain, without the tag that said which. One with a tag of its own
 * has that beside it if it came from a host (skb->vlan_tci), in it if from the fabric:
 * both leave alike. */
struct cargo {
	__u16 priority; /* 802.1p, as it stands in a tag */
	bool nested;    /* it has a tag of its own */
	bool typed;     /* skb->protocol is the frame's */
};

/* may_leave says whether an untagged frame of the domain may leave by the port. */
static __always_inline enum drop_reason may_leave(const struct state *s, const struct domain *d, __u8 slot)
{
	if (!has(d->untagged, slot) && !has(d->tagged, slot))
		return ISOLATED;
	return has(s->up, slot) ? KEPT : PORT_DOWN;
}

/* misread: the frame would leave a trunk with its own tag as the only one, and the far
 * end would take it for a frame of that VLAN. */
static __always_inline bool misread(const struct port *p, bool nested)
{
	return nested && p->trunk;
}

/* deliver sends an untagged frame by one access port in the form that the port wants.
 * A veth whose other end is in a host's namespace is skipped: the frame goes on there
 * at once, without another queue and softirq. The host's stack then sees the frame as
 * it stands here, so it must be typed. */
static __always_inline int deliver(struct __sk_buff *skb, __u32 in, const struct domain *d, __u32 slot,
				   const struct cargo *c)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	bool tag = has(d->tagged, slot);

	if (!p)
		return drop(in, REFUSED);
	if (!tag && misread(p, c->nested))
		return drop(in, DOUBLE_TAG);
	if (tag && bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), d->tag | c->priority))
		return drop(in, REFUSED);
	count_out(slot, skb);
	if (p->peer_in_host && c->typed && !tag && !bpf_skb_change_type(skb, PACKET_HOST))
		return bpf_redirect_peer(p->ifindex, 0);
	return bpf_redirect(p->ifindex, 0);
}

struct flooding {
	struct __sk_buff *skb;
	__u64 set[MAX_SLOTS / 64];
	__u32 nested; /* the copies are untagged and have a tag of their own */
	__u32 copied; /* a flag and no count: the verifier must see the loop settle */
};

static long flood_one(__u32 slot, struct flooding *f)
{
	struct port *p;

	if (slot >= MAX_SLOTS || !has(f->set, slot))
		return 0;
	p = bpf_map_lookup_elem(&ports, &slot);
	if (!p || misread(p, f->nested))
		return 0;
	count_out(slot, f->skb);
	bpf_clone_redirect(f->skb, p->ifindex, 0);
	f->copied = 1;
	return 0;
}

/* Up to two ports that get no copy, 0 for none. */
struct except {
	__u8 one, other;
};

/* flood_set copies the frame as it is to the live ports of a set, with exceptions. */
static __always_inline __u32 flood_set(struct flooding *f, const struct state *s, const __u64 *set, struct except x)
{
	__u64 any = 0;

#pragma unroll
	for (int i = 0; i < MAX_SLOTS / 64; i++) {
		f->set[i] = set[i] & s->up[i];
		if (i == x.one / 64)
			f->set[i] &= ~(1ULL << x.one % 64);
		if (i == x.other / 64)
			f->set[i] &= ~(1ULL << x.other % 64);
		any |= f->set[i];
	}
	if (any)
		bpf_loop(s->top_slot + 1, flood_one, f, 0);
	return f->copied;
}

/* flood copies an untagged frame to the ports of the domain, with exceptions, and leaves
 * it untagged. It returns 1 if anybody got one, 0 if nobody, -1 if the kernel refused. */
static __always_inline int flood(struct __sk_buff *skb, const struct state *s, const struct domain *d,
				 const struct cargo *c, struct except x)
{
	struct flooding f = {.skb = skb, .nested = c->nested};
	__u32 copied = flood_set(&f, s, d->untagged, x);
	__u64 any = d->tagged[0] | d->tagged[1] | d->tagged[2] | d->tagged[3];

	if (!any)
		return copied;
	if (bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), d->tag | c->priority))
		return -1;
	f.nested = false;
	copied = flood_set(&f, s, d->tagged, x);
	return bpf_skb_vlan_pop(skb) ? -1 : (int)copied;
}

#endif

/* A frame from the fabric for a station that has left the port which the stack names.
 * fib.Tables.astray is its twin and says why. */
#ifndef ONESWITCH_ASTRAY_H
#define ONESWITCH_ASTRAY_H

#include "deliver.h"
#include "flow.h"
#include "label.h"

#define STAYS (-2) /* no verdict: the station is where the stack says */

#define BELOW_LABEL ((1 << LABEL_SHIFT) - 1)

static __always_inline __u32 domain_of(const __u32 *entry)
{
	return (entry[2] >> LABEL_SHIFT) - DOMAIN_LABEL_BASE;
}

/* sender returns the port of ours that a frame which was sent on came from, 0 if it was
 * not sent on or comes from another member. */
static __always_inline __u8 sender(struct __sk_buff *skb, const struct state *s, const __u32 *entry)
{
	struct fdb_hit hit = {};
	__u8 src[6];

	if ((entry[1] & TTL_MASK) > SENT_ON || bpf_skb_load_bytes(skb, PUSHED + sizeof(src), src, sizeof(src)))
		return 0;
	if (!fdb_find(s->seed, fdb_key(domain_of(entry), src), &hit) || value_device(hit.value))
		return 0;
	return value_label(hit.value) - PORT_LABEL_FLOOD;
}

/* relabel writes another top and middle label and the header of another link. */
static __always_inline struct port *relabel(struct __sk_buff *skb, __u32 slot, const __u32 *entry, __u32 top, __u32 middle)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	struct outer *o = (void *)(long)skb->data;

	if (!p || (void *)(o + 1) > (void *)(long)skb->data_end)
		return 0;
	__builtin_memcpy(o->macs, p->far, sizeof(o->macs));
	o->entry[0] = bpf_htonl(top << LABEL_SHIFT | ((entry[0] & BELOW_LABEL) - 1));
	o->entry[1] = bpf_htonl(middle << LABEL_SHIFT | (entry[1] & BELOW_LABEL & ~TTL_MASK) | SENT_ON);
	count_out(slot, skb);
	return p;
}

/* to_other_port: the station is behind another port of ours. */
static __always_inline int to_other_port(struct __sk_buff *skb, const struct state *s, __u32 in, const __u32 *entry,
					 __u32 label)
{
	__u32 domain = domain_of(entry), slot = (label - PORT_LABEL_FLOOD) & (MAX_SLOTS - 1);
	struct cargo c = {.priority = priority_of(entry[2])};
	struct domain *d = bpf_map_lookup_elem(&domains, &domain);
	enum drop_reason why;
	int left;

	if (!d)
		return drop(in, REFUSED);
	why = may_leave(s, d, slot);
	if (why != KEPT)
		return drop(in, why);
	left = pop(skb);
	if (left == FAILED)
		return drop(in, REFUSED);
	c.typed = left == TYPED;
	c.nested = left == NESTED;
	left = deliver(skb, in, d, slot, &c);
	if (left != TC_ACT_SHOT)
		count_detour();
	return left;
}

/* to_other_node: it is behind a port of another member. */
static __always_inline int to_other_node(struct __sk_buff *skb, const struct state *s, __u32 in, const __u32 *entry,
					 __u64 value)
{
	__u32 device = value_device(value), bucket = 0;
	struct paths *ways = bpf_map_lookup_elem(&nodes, &device);
	void *data = (void *)(long)skb->data;
	struct port *p;
	__u8 out;

	if (!ways || data + MIN_LABELLED > (void *)(long)skb->data_end)
		return drop(in, NO_PATH);
	if (ways->spread)
		bucket = flow_bucket(data + PUSHED);
	out = live(s, ways, bucket);
	if (!out)
		return drop(in, NO_PATH);
	p = relabel(skb, out, entry, NODE_LABEL_BASE + device, value_label(value));
	if (!p)
		return drop(in, REFUSED);
	count_detour();
	return bpf_redirect(p->ifindex, 0);
}

/* to_everybody: nobody has told where it is. */
static __always_inline int to_everybody(struct __sk_buff *skb, const struct state *s, __u32 in, const __u32 *entry,
					enum drop_reason why)
{
	__u32 domain = domain_of(entry), bucket = 0;
	__u32 marked[3] = {entry[0], (entry[1] & ~TTL_MASK) | SENT_ON, entry[2]};
	struct except x = {.one = (entry[1] >> LABEL_SHIFT) - PORT_LABEL_FLOOD, .other = sender(skb, s, marked)};
	struct cargo c = {.priority = priority_of(entry[2])};
	struct domain *d = bpf_map_lookup_elem(&domains, &domain);
	struct tree *t = bpf_map_lookup_elem(&trees, &domain);
	void *data = (void *)(long)skb->data;
	struct port *p;
	int left, copied;
	__u8 up;

	if (!d || !t || data + MIN_LABELLED > (void *)(long)skb->data_end)
		return drop(in, REFUSED);
	if (t->up.spread)
		bucket = flow_bucket(data + PUSHED);
	up = live(s, &t->up, bucket);
	if (up) {
		p = relabel(skb, up, marked, TREE_LABEL_BASE + domain, PORT_LABEL_FLOOD);
		if (!p)
			return drop(in, REFUSED);
		bpf_clone_redirect(skb, p->ifindex, 0);
	}
	left = pop(skb);
	if (left == FAILED)
		return drop(in, REFUSED);
	c.nested = left == NESTED;
	copied = flood(skb, s, d, &c, x);
	if (copied < 0)
		return drop(in, REFUSED);
	if (!copied && !up)
		return drop(in, why);
	count_detour();
	return TC_ACT_SHOT;
}

/* astray is no part of the usual way of a frame: a function of its own keeps that short. */
static __noinline int astray(struct __sk_buff *skb, const struct state *s, __u32 in, const __u32 *entry,
			     enum drop_reason why)
{
	struct fdb_hit hit = {};
	bool known, here;
	__u8 dst[6];

	if (bpf_skb_load_bytes(skb, PUSHED, dst, sizeof(dst)))
		return drop(in, REFUSED);
	known = !(dst[0] & 1) && fdb_find(s->seed, fdb_key(domain_of(entry), dst), &hit);
	here = known && !value_device(hit.value) && value_label(hit.value) == entry[1] >> LABEL_SHIFT;
	if (why == KEPT && (!known || here))
		return STAYS;
	if (dst[0] & 1 || here)
		return drop(in, why);
	if ((entry[1] & TTL_MASK) <= SENT_ON)
		return drop(in, ASTRAY);
	if ((entry[0] & TTL_MASK) <= 1)
		return drop(in, EXPIRED);
	if (!known)
		return to_everybody(skb, s, in, entry, why);
	if (value_device(hit.value))
		return to_other_node(skb, s, in, entry, hit.value);
	return to_other_port(skb, s, in, entry, value_label(hit.value));
}

#endif

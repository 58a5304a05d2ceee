/* From a fabric link: the interconnect and the egress node.
 * fib.Tables.fromFabric is its twin. */
#ifndef ONESWITCH_FABRIC_H
#define ONESWITCH_FABRIC_H

#include "astray.h"
#include "deliver.h"
#include "flow.h"
#include "label.h"
#include "parse.h"
#include "probe.h"

/* relay gives the frame the header of its next link and takes one from its TTL. */
static __always_inline int relay(struct __sk_buff *skb, __u32 in, __u32 slot, __u32 top)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	struct outer *o = (void *)(long)skb->data;

	if (!p || (void *)(o + 1) > (void *)(long)skb->data_end)
		return drop(in, REFUSED);
	__builtin_memcpy(o->macs, p->far, sizeof(o->macs));
	o->entry[0] = bpf_htonl(top - 1);
	count_out(slot, skb);
	return bpf_redirect(p->ifindex, 0);
}

struct replication {
	struct __sk_buff *skb;
	__u64 set[MAX_SLOTS / 64];
	__u32 from; /* device that the frame came from: it gets no copy back */
	__u32 copied;
};

static long replicate_one(__u32 slot, struct replication *r)
{
	struct port *p;

	if (slot >= MAX_SLOTS || !has(r->set, slot))
		return 0;
	p = bpf_map_lookup_elem(&ports, &slot);
	if (!p || p->peer == r->from || bpf_skb_store_bytes(r->skb, 0, p->far, 12, 0))
		return 0;
	count_out(slot, r->skb);
	bpf_clone_redirect(r->skb, p->ifindex, 0);
	r->copied = 1;
	return 0;
}

/* replicate gives every member of the tree but the sender its copy. */
static __always_inline int replicate(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 top)
{
	__u32 domain = (top >> LABEL_SHIFT) - TREE_LABEL_BASE;
	struct tree *t = bpf_map_lookup_elem(&trees, &domain);
	struct port *p = bpf_map_lookup_elem(&ports, &in);
	struct replication r = {.skb = skb};
	__u32 entry = bpf_htonl(top - 1);

	if (!t || !p || bpf_skb_store_bytes(skb, ETHER_HEADER, &entry, sizeof(entry), 0))
		return drop(in, REFUSED);
	r.from = p->peer;
#pragma unroll
	for (int i = 0; i < MAX_SLOTS / 64; i++)
		r.set[i] = t->down[i] & s->up[i];
	bpf_loop(s->top_slot + 1, replicate_one, &r, 0);
	return r.copied ? TC_ACT_SHOT : drop(in, NO_RECEIVER);
}

/* transit is the interconnect: the top label alone says where to. Where
 * that leaves several links, the flow decides between them. */
static __always_inline int transit(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 top)
{
	__u32 label = top >> LABEL_SHIFT, device = label - NODE_LABEL_BASE, bucket = 0;
	void *data = (void *)(long)skb->data;
	struct paths *p;
	__u8 out;

	if ((top & TTL_MASK) <= 1)
		return drop(in, EXPIRED);
	if (label > TREE_LABEL_BASE && label < TREE_LABEL_BASE + MAX_DOMAINS)
		return replicate(skb, s, in, top);
	if (!device || device >= MAX_DEVICES)
		return drop(in, UNKNOWN_LABEL);
	p = bpf_map_lookup_elem(&nodes, &device);
	if (!p || data + MIN_LABELLED > (void *)(long)skb->data_end)
		return drop(in, REFUSED);
	if (p->spread)
		bucket = flow_bucket(data + PUSHED);
	out = live(s, p, bucket);
	if (!out)
		return drop(in, NO_PATH);
	if (out == in)
		return drop(in, SAME_PORT);
	return relay(skb, in, out, top);
}

/* named_port is the egress node's half of a unicast: the stack names the port, the
 * domain's port sets confirm it. */
static __always_inline int named_port(struct __sk_buff *skb, const struct state *s, __u32 in, struct domain *d,
				      const __u32 *entry)
{
	__u32 slot = (entry[1] >> LABEL_SHIFT) - PORT_LABEL_FLOOD;
	struct cargo c = {.priority = priority_of(entry[2])};
	enum drop_reason why;
	struct port *p;
	int left;

	if (!slot || slot >= MAX_SLOTS)
		return drop(in, UNKNOWN_LABEL);
	p = bpf_map_lookup_elem(&ports, &slot);
	if (!p || p->kind == FABRIC)
		return drop(in, UNKNOWN_LABEL);
	why = p->kind == ABSENT ? UNKNOWN_LABEL : may_leave(s, d, slot);
	if (why == ISOLATED)
		return drop(in, why);
	if (why != KEPT || p->departed) {
		left = astray(skb, s, in, entry, why);
		if (left != STAYS)
			return left;
	}
	left = pop(skb);
	if (left == FAILED)
		return drop(in, REFUSED);
	c.typed = left == TYPED;
	c.nested = left == NESTED;
	return deliver(skb, in, d, slot, &c);
}

/* everywhere is the egress node's half of a flood. */
static __always_inline int everywhere(struct __sk_buff *skb, const struct state *s, __u32 in, struct domain *d,
				      const __u32 *entry)
{
	struct cargo c = {.priority = priority_of(entry[2])};
	struct except x = {.one = sender(skb, s, entry)};
	int left = pop(skb), copied;

	if (left == FAILED)
		return drop(in, REFUSED);
	c.nested = left == NESTED;
	copied = flood(skb, s, d, &c, x);
	if (copied < 0)
		return drop(in, REFUSED);
	return copied ? TC_ACT_SHOT : drop(in, NO_RECEIVER);
}

static __always_inline int egress(struct __sk_buff *skb, const struct state *s, __u32 in, const __u32 *entry)
{
	__u32 top = entry[0] >> LABEL_SHIFT, middle = entry[1] >> LABEL_SHIFT, bottom = entry[2] >> LABEL_SHIFT;
	__u32 domain = bottom - DOMAIN_LABEL_BASE;
	struct domain *d;

	if (entry[1] & BOTTOM || !(entry[2] & BOTTOM))
		return drop(in, BAD_STACK);
	d = bpf_map_lookup_elem(&domains, &domain);
	if (!domain || !d || !d->present)
		return drop(in, UNKNOWN_LABEL);
	if (top > TREE_LABEL_BASE && top < TREE_LABEL_BASE + MAX_DOMAINS) {
		if (top != TREE_LABEL_BASE + domain || middle != PORT_LABEL_FLOOD)
			return drop(in, BAD_STACK);
	} else if (!s->device || top != NODE_LABEL_BASE + s->device) {
		return drop(in, UNKNOWN_LABEL);
	}
	if (middle != PORT_LABEL_FLOOD)
		return named_port(skb, s, in, d, entry);
	return everywhere(skb, s, in, d, entry);
}

static __always_inline int fabric(struct __sk_buff *skb, const struct state *s, __u32 in)
{
	struct addresses a;
	struct outer *o;
	__u32 entry[3];

	if (!load_addresses(skb, &a))
		return drop(in, RUNT);
	if (a.ether != ETHER_MPLS || skb->vlan_present)
		return unlabelled(skb, in, &a);
	if (skb->len < MIN_LABELLED)
		return drop(in, RUNT);
	if (!whole_head(skb, MIN_LABELLED))
		return drop(in, REFUSED);
	o = (void *)(long)skb->data;
	if ((void *)(o + 1) > (void *)(long)skb->data_end)
		return drop(in, REFUSED);
#pragma unroll
	for (int i = 0; i < 3; i++)
		entry[i] = bpf_ntohl(o->entry[i]);
	if (entry[0] & BOTTOM)
		return drop(in, BAD_STACK);
	if (s->transit)
		return transit(skb, s, in, entry[0]);
	if (!(entry[0] & TTL_MASK))
		return drop(in, EXPIRED);
	return egress(skb, s, in, entry);
}

#endif

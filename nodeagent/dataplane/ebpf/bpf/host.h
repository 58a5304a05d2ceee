/* From a host: the ingress node. fib.Tables.fromHost is its twin. */
#ifndef ONESWITCH_HOST_H
#define ONESWITCH_HOST_H

#include "deliver.h"
#include "flow.h"
#include "label.h"
#include "learn.h"
#include "parse.h"

/* leave pushes the labels and sends the frame by a fabric port. */
static __always_inline int leave(struct __sk_buff *skb, __u32 in, __u32 slot, const struct stack *labels, bool nested)
{
	return nested ? push_nested(skb, in, slot, labels) : push(skb, in, slot, labels);
}

/* to_node sends an untagged frame to a port of another member. */
static __always_inline int to_node(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 domain, __u64 value,
				   const struct cargo *c)
{
	__u32 device = value_device(value);
	struct stack labels = {
		{NODE_LABEL_BASE + device, value_label(value), DOMAIN_LABEL_BASE + domain}, c->priority,
	};
	struct paths *p = bpf_map_lookup_elem(&nodes, &device);
	void *data = (void *)(long)skb->data;
	__u8 out;

	if (!p || data + MIN_FRAME > (void *)(long)skb->data_end)
		return drop(in, NO_PATH);
	out = live(s, p, p->spread ? flow_bucket(data) : 0);
	if (!out)
		return drop(in, NO_PATH);
	return leave(skb, in, out, &labels, c->nested);
}

/* to_all floods: a copy to every other port of the domain, one to its tree. A function
 * of its own, as it is long and two ways lead there. */
static __noinline int to_all(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 domain,
				  const struct cargo *c)
{
	struct stack labels = {{TREE_LABEL_BASE + domain, PORT_LABEL_FLOOD, DOMAIN_LABEL_BASE + domain}, c->priority};
	struct domain *d = bpf_map_lookup_elem(&domains, &domain);
	struct tree *t = bpf_map_lookup_elem(&trees, &domain);
	void *data = (void *)(long)skb->data;
	struct except x = {.one = in};
	__u8 up;
	int copied;

	if (!d || !t || data + MIN_FRAME > (void *)(long)skb->data_end)
		return drop(in, NO_RECEIVER);
	up = live(s, &t->up, t->up.spread ? flow_bucket(data) : 0);
	copied = flood(skb, s, d, c, x);
	if (copied < 0)
		return drop(in, REFUSED);
	if (up)
		return leave(skb, in, up, &labels, c->nested);
	return copied ? TC_ACT_SHOT : drop(in, NO_RECEIVER);
}

/* to_port switches an untagged frame on this member. */
static __always_inline int to_port(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 domain, __u64 value,
				   const struct cargo *c)
{
	__u32 slot = (value_label(value) - PORT_LABEL_FLOOD) & (MAX_SLOTS - 1);
	struct domain *d = bpf_map_lookup_elem(&domains, &domain);
	enum drop_reason why;

	if (slot == in)
		return drop(in, SAME_PORT);
	if (!d)
		return drop(in, ISOLATED);
	why = may_leave(s, d, slot);
	if (why == PORT_DOWN) /* the station may be elsewhere, and nobody has told yet */
		return to_all(skb, s, in, domain, c);
	if (why != KEPT)
		return drop(in, why);
	return deliver(skb, in, d, slot, c);
}

static __always_inline int switched(struct __sk_buff *skb, const struct state *s, __u32 in, __u32 domain,
				    const __u8 *dst, const struct cargo *c)
{
	struct fdb_hit hit = {};

	if (dst[0] & 1 || !fdb_find(s->seed, fdb_key(domain, dst), &hit))
		return to_all(skb, s, in, domain, c);
	if (value_device(hit.value))
		return to_node(skb, s, in, domain, hit.value, c);
	return to_port(skb, s, in, domain, hit.value, c);
}

static __always_inline int host(struct __sk_buff *skb, const struct state *s, __u32 in)
{
	struct vlans *v = bpf_map_lookup_elem(&vlans, &in);
	bool tag = customer_tagged(skb);
	struct cargo c = {};
	struct addresses a;
	enum drop_reason why;
	__u32 domain, vlan;

	if (!load_addresses(skb, &a))
		return drop(in, RUNT);
	if (passed(a.ether))
		return TC_ACT_OK;
	why = refused(skb, &a);
	if (why != KEPT)
		return drop(in, why);
	vlan = tag ? skb->vlan_tci & 0xfff : 0;
	domain = v ? v->domain[vlan] : 0;
	if (!domain)
		return drop(in, NO_DOMAIN);
	if (tag) {
		c.priority = skb->vlan_tci & PRIORITY_MASK;
		if (bpf_skb_vlan_pop(skb))
			return drop(in, REFUSED);
	}
	c.nested = skb->vlan_present;
	c.typed = !c.nested;
	if (!whole_head(skb, MIN_FRAME))
		return drop(in, REFUSED);
	learn(s, in, fdb_key(domain, a.src));
	return switched(skb, s, in, domain, a.dst, &c);
}

#endif

/* What is not labelled on a fabric link: probes, and frames for the owner. */
#ifndef ONESWITCH_PROBE_H
#define ONESWITCH_PROBE_H

#include "parse.h"
#include "stats.h"

struct probe {
	__u32 magic;
	__u8 kind, zero[3];
	__u64 life, number;
} __attribute__((packed));

/* reflect answers a probe where it came from. No table says whether to: the answer
 * tells that this plane is alive, whatever its owner thinks of the link, and whether
 * or not there is an owner. fib.Tables.reflect is its twin. */
static __always_inline int reflect(struct __sk_buff *skb, __u32 in, const struct addresses *a)
{
	struct port *p = bpf_map_lookup_elem(&ports, &in);
	__u8 kind = PROBE_REPLY;
	struct {
		__u8 dst[6], src[6];
	} back;

	if (!p)
		return drop(in, REFUSED);
	__builtin_memcpy(back.dst, a->src, sizeof(back.dst));
	__builtin_memcpy(back.src, p->mac, sizeof(back.src));
	if (bpf_skb_store_bytes(skb, 0, &back, sizeof(back), 0) ||
	    bpf_skb_store_bytes(skb, ETHER_HEADER + offsetof(struct probe, kind), &kind, sizeof(kind), 0))
		return drop(in, REFUSED);
	count_out(in, skb);
	return bpf_redirect(skb->ifindex, 0);
}

/* note keeps an answer for the owner, who looks at it in his own time. */
static __always_inline int note(__u32 in, const struct probe *p)
{
	struct echo *e = bpf_map_lookup_elem(&echoes, &in);

	if (e) {
		e->life = bpf_be64_to_cpu(p->life);
		e->number = bpf_be64_to_cpu(p->number);
	}
	return TC_ACT_SHOT;
}

static __always_inline int unlabelled(struct __sk_buff *skb, __u32 in, const struct addresses *a)
{
	struct probe p;

	if (customer_tagged(skb) && is_tag(a->ether) && skb->len < ETHER_HEADER + TAG_LEN)
		return drop(in, RUNT);
	if (a->ether == ETHER_HELLO && !skb->vlan_present && !bpf_skb_load_bytes(skb, ETHER_HEADER, &p, sizeof(p)) &&
	    p.magic == bpf_htonl(PROBE_MAGIC)) {
		if (p.kind == PROBE_REQUEST)
			return reflect(skb, in, a);
		if (p.kind == PROBE_REPLY)
			return note(in, &p);
	}
	return passed(a->ether) ? TC_ACT_OK : drop(in, NOT_LABELLED);
}

#endif

/* What a frame says about itself. The kernel has moved the outer tag out of the frame
 * before any program runs (skb_vlan_untag), so the ethertype in the frame is the one
 * behind the tag. Only a customer tag is a tag to us; others are payload (Q-in-Q). */
#ifndef ONESWITCH_PARSE_H
#define ONESWITCH_PARSE_H

#include "defs.h"

struct addresses {
	__u8 dst[6], src[6];
	__u16 ether; /* host order */
};

static __always_inline bool is_tag(__u16 ether)
{
	return ether == ETHER_VLAN || ether == ETHER_SERVICE;
}

/* customer_tagged reports whether the frame came with an outer customer tag. */
static __always_inline bool customer_tagged(const struct __sk_buff *skb)
{
	return skb->vlan_present && skb->vlan_proto == bpf_htons(ETHER_VLAN);
}

static __always_inline bool load_addresses(struct __sk_buff *skb, struct addresses *a)
{
	void *data = (void *)(long)skb->data;

	if (data + ETHER_HEADER > (void *)(long)skb->data_end)
		return false;
	__builtin_memcpy(a, data, ETHER_HEADER);
	a->ether = bpf_ntohs(a->ether);
	if (skb->vlan_present && !customer_tagged(skb))
		a->ether = ETHER_SERVICE;
	return true;
}

/* passed: link protocols go up to the owner and nowhere else. */
static __always_inline bool passed(__u16 ether)
{
	return ether == ETHER_LLDP || ether == ETHER_SLOW || ether == ETHER_HELLO;
}

/* refused says why a frame from a host is not taken at all, KEPT if it is. */
static __always_inline enum drop_reason refused(const struct __sk_buff *skb, const struct addresses *a)
{
	const __u8 *d = a->dst, *s = a->src;

	if (customer_tagged(skb) && is_tag(a->ether) && skb->len < ETHER_HEADER + TAG_LEN)
		return RUNT; /* ends inside its second tag */
	if (s[0] & 1 || !(s[0] | s[1] | s[2] | s[3] | s[4] | s[5]))
		return BAD_SOURCE;
	if (d[0] == 0x01 && d[1] == 0x80 && d[2] == 0xc2 && !d[3] && !d[4] && d[5] < 0x10)
		return RESERVED;
	if (a->ether == ETHER_MPLS || a->ether == ETHER_MPLS_MULTICAST)
		return LABELLED;
	return KEPT;
}

/* whole_head pads the frame to n octets, as a MAC would, and makes the first n of
 * them readable. */
static __always_inline bool whole_head(struct __sk_buff *skb, __u32 n)
{
	if (skb->len < n && bpf_skb_change_tail(skb, n, 0))
		return false;
	if ((void *)(long)skb->data + n > (void *)(long)skb->data_end)
		return !bpf_skb_pull_data(skb, n);
	return true;
}

#endif

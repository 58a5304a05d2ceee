/* The label stack: push, relay, pop. */
#ifndef ONESWITCH_LABEL_H
#define ONESWITCH_LABEL_H

#include "parse.h"
#include "stats.h"

/* A stack as it is about to be written: labels, and the traffic class of all of them,
 * which is the frame's priority (RFC 3270, RFC 5462). */
struct stack {
	__u32 label[3];
	__u16 priority; /* as it stands in a tag */
};

static __always_inline __u32 stack_entry(__u32 label, __u16 priority, __u32 bottom)
{
	return bpf_htonl(label << LABEL_SHIFT | (priority >> PRIORITY_SHIFT) << CLASS_SHIFT | bottom | TTL_FIRST);
}

/* priority_of gives the class of the bottom entry as a tag has it. */
static __always_inline __u16 priority_of(__u32 bottom)
{
	return (bottom >> CLASS_SHIFT & CLASS_MASK) << PRIORITY_SHIFT;
}

/* The outer header as it stands in the frame. */
struct outer {
	__u8 macs[12];
	__u16 ether;
	__u32 entry[3];
} __attribute__((packed));

#define WRITE_ENTRIES(entry, s)                                              \
	do {                                                                 \
		(entry)[0] = stack_entry((s)->label[0], (s)->priority, 0);      \
		(entry)[1] = stack_entry((s)->label[1], (s)->priority, 0);      \
		(entry)[2] = stack_entry((s)->label[2], (s)->priority, BOTTOM); \
	} while (0)

/* push puts outer header and stack before the frame and sends it by a fabric port.
 * bpf_skb_change_head leaves skb->protocol at the inner one, so that software
 * segmentation and checksums further down still find the inner headers. */
static __always_inline int push(struct __sk_buff *skb, __u32 in, __u32 slot, const struct stack *labels)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	struct outer *o;

	if (!p || bpf_skb_change_head(skb, PUSHED, 0))
		return drop(in, REFUSED);
	o = (void *)(long)skb->data;
	if ((void *)(o + 1) > (void *)(long)skb->data_end)
		return drop(in, REFUSED);
	__builtin_memcpy(o->macs, p->far, sizeof(o->macs));
	o->ether = bpf_htons(ETHER_MPLS);
	WRITE_ENTRIES(o->entry, labels);
	count_out(slot, skb);
	return bpf_redirect(p->ifindex, 0);
}

/* push_nested does so with a frame whose own tag stands beside it and must go into it.
 * Only pushing another tag moves one into the frame, and popping that one moves the
 * next one out again if skb->protocol says that there is one. So there is one: for a
 * moment the outer header has a tag, which is popped together with the other.
 * Weak: skb->protocol is MPLS in the end, so a frame of this kind that the kernel
 * must still cut into segments is lost. Hosts with VLANs inside VLANs cut their own. */
static __always_inline int push_nested(struct __sk_buff *skb, __u32 in, __u32 slot, const struct stack *labels)
{
	struct port *p = bpf_map_lookup_elem(&ports, &slot);
	struct {
		__u8 macs[12];
		__u16 tpid, tci, ether;
		__u32 entry[3];
	} __attribute__((packed)) head = {
		.tpid = bpf_htons(ETHER_VLAN), .tci = bpf_htons(1), .ether = bpf_htons(ETHER_MPLS),
	};

	if (!p || bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), 1) || bpf_skb_change_head(skb, sizeof(head), 0))
		return drop(in, REFUSED);
	__builtin_memcpy(head.macs, p->far, sizeof(head.macs));
	WRITE_ENTRIES(head.entry, labels);
	if (bpf_skb_store_bytes(skb, 0, &head, sizeof(head), 0))
		return drop(in, REFUSED);
	if (bpf_skb_vlan_pop(skb) || bpf_skb_vlan_pop(skb))
		return drop(in, REFUSED);
	count_out(slot, skb);
	return bpf_redirect(p->ifindex, 0);
}

/* What pop left behind. */
enum popped {
	FAILED = -1,
	UNTYPED, /* skb->protocol is not that of the inner frame */
	NESTED,  /* nor here, and the inner frame has a tag */
	TYPED,   /* it is */
};

/* pop removes outer header and stack. bpf_skb_adjust_room refuses every protocol but
 * IP, by skb->protocol, which is MPLS here. Pushing and popping VLAN tags makes the
 * kernel read the protocol anew from the frame, where we wrote an IP one behind the
 * tag, by luck the right one. The real inner header overwrites that at the end.
 * Unlike anything that re-creates the frame this keeps TCP segmentation offload. */
static __always_inline enum popped pop(struct __sk_buff *skb)
{
	struct {
		__u8 macs[12];
		__u16 ether;
	} __attribute__((packed)) inner;
	__u16 ip;

	if (bpf_skb_load_bytes(skb, PUSHED, &inner, sizeof(inner)))
		return FAILED;
	ip = inner.ether == bpf_htons(ETHER_IPV6) ? inner.ether : bpf_htons(ETHER_IPV4);
	if (bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), 1) || bpf_skb_vlan_push(skb, bpf_htons(ETHER_VLAN), 1))
		return FAILED;
	if (bpf_skb_store_bytes(skb, ETHER_HEADER + 2, &ip, sizeof(ip), 0))
		return FAILED;
	if (bpf_skb_vlan_pop(skb) || bpf_skb_vlan_pop(skb))
		return FAILED;
	if (bpf_skb_adjust_room(skb, -PUSHED, BPF_ADJ_ROOM_MAC,
				BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET))
		return FAILED;
	if (bpf_skb_store_bytes(skb, 0, &inner, sizeof(inner), 0))
		return FAILED;
	if (inner.ether == ip)
		return TYPED;
	return is_tag(bpf_ntohs(inner.ether)) ? NESTED : UNTYPED;
}

#endif

/* The flow hash: addresses of layer 2, of IP, ports. fib.flowBucket is its twin. */
#ifndef ONESWITCH_FLOW_H
#define ONESWITCH_FLOW_H

#include "defs.h"

static __always_inline __u32 mix(__u32 h, __u32 word)
{
	h = (h ^ word) * 0x9e3779b1;
	return h ^ (h >> 15);
}

#define WORD(at) (*(const __u32 *)(frame + (at)))
#define HALF(at) bpf_ntohs(*(const __u16 *)(frame + (at)))

/* flow_bucket reads the first MIN_FRAME octets of an untagged frame; the caller has
 * checked that they are there. */
static __always_inline __u32 flow_bucket(const __u8 *frame)
{
	__u32 h = mix(mix(mix(0, WORD(0)), WORD(4)), WORD(8));
	__u16 ether = HALF(12);

	if (ether == ETHER_IPV4) {
		h = mix(mix(h, WORD(26)), WORD(30));
		if (frame[14] == 0x45 && !(HALF(20) & 0x3fff) && (frame[23] == 6 || frame[23] == 17))
			h = mix(h, WORD(34));
	} else if (ether == ETHER_IPV6) {
#pragma unroll
		for (int at = 22; at < 54; at += 4)
			h = mix(h, WORD(at));
		if (frame[20] == 6 || frame[20] == 17)
			h = mix(h, WORD(54));
	}
	return h & (BUCKETS - 1);
}

#endif

/* The programs: one for access ports, one for fabric links, both at TCX ingress, and
 * one that tells the owner the kernel's time. See package fib for what they decide. */
#include "fabric.h"
#include "host.h"

char _license[] SEC("license") = "GPL";

static __always_inline int arrived(struct __sk_buff *skb, __u32 *in, struct state **s)
{
	__u32 ifindex = skb->ifindex;
	__u32 *slot = bpf_map_lookup_elem(&slots, &ifindex);

	*s = whole();
	*in = slot ? *slot & (MAX_SLOTS - 1) : 0;
	if (*in && *s)
		count_in(*in, skb);
	return *in && *s;
}

SEC("tcx/ingress")
int from_host(struct __sk_buff *skb)
{
	struct state *s;
	__u32 in;

	return arrived(skb, &in, &s) ? host(skb, s, in) : drop(0, UNKNOWN_PORT);
}

SEC("tcx/ingress")
int from_fabric(struct __sk_buff *skb)
{
	struct state *s;
	__u32 in;

	return arrived(skb, &in, &s) ? fabric(skb, s, in) : drop(0, UNKNOWN_PORT);
}

struct moment {
	__u64 jiffies;
	__u64 nanoseconds;
};

/* now answers both clocks at once: the FDB ages in jiffies, and only together do
 * they tell how long a jiffy is. */
SEC("syscall")
int now(struct moment *m)
{
	m->jiffies = bpf_jiffies64();
	m->nanoseconds = bpf_ktime_get_ns();
	return 0;
}

/* Types that no map names, kept in the object for the Go side to be generated from. */
const volatile struct {
	struct event event;
	enum drop_reason drop_reason;
	enum port_kind port_kind;
	enum labels labels;
	enum limits limits;
	enum fdb_value fdb_value;
} vocabulary;

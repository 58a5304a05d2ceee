/* The words of the data path: label ranges, table layouts, drop reasons.
 * Package fib says what they mean; numbers that both need are compared by a test. */
#ifndef ONESWITCH_DEFS_H
#define ONESWITCH_DEFS_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETHER_IPV4 0x0800
#define ETHER_VLAN 0x8100
#define ETHER_IPV6 0x86dd
#define ETHER_SLOW 0x8809
#define ETHER_MPLS 0x8847
#define ETHER_MPLS_MULTICAST 0x8848
#define ETHER_SERVICE 0x88a8
#define ETHER_HELLO 0x88b5
#define ETHER_LLDP 0x88cc

#define ETHER_HEADER 14
#define STACK_LEN 12                           /* three label stack entries */
#define PUSHED (ETHER_HEADER + STACK_LEN)      /* what the ingress node adds */
#define MIN_FRAME 60                           /* Ethernet without FCS */
#define MIN_LABELLED (PUSHED + MIN_FRAME)
#define TAG_LEN 4
#define PRIORITY_SHIFT 13                      /* of 802.1p in a tag */
#define PRIORITY_MASK 0xe000

/* Label stack entry, RFC 3032 section 2.1: label 20, class 3, bottom 1, TTL 8. */
#define LABEL_SHIFT 12
#define CLASS_SHIFT 9
#define CLASS_MASK 7
#define BOTTOM 0x100
#define TTL_MASK 0xff
#define TTL_FIRST 64
#define SENT_ON 1 /* TTL of the middle entry, see astray.h */

/* A probe, see fib.Echo. */
#define PROBE_MAGIC 0x4f534650 /* "OSFP" */
enum probe_kind { PROBE_REQUEST = 1, PROBE_REPLY };

enum limits {
	MAX_SLOTS = 256,     /* slot 0 is no port */
	MAX_DOMAINS = 65536, /* domain 0 is no domain */
	MAX_DEVICES = 9000,  /* device 0 is this member */
	BUCKETS = 16,        /* flow buckets per destination */
	CELLS = 4,           /* addresses per bucket of the FDB */
};

enum labels {
	PORT_LABEL_FLOOD = 16,
	NODE_LABEL_BASE = 1000,
	TREE_LABEL_BASE = 100000,
	DOMAIN_LABEL_BASE = 200000,
};

enum drop_reason {
	KEPT,
	UNKNOWN_PORT,
	RUNT,
	BAD_SOURCE,
	RESERVED,
	LABELLED,
	NO_DOMAIN,
	DOUBLE_TAG,
	SAME_PORT,
	PORT_DOWN,
	NO_PATH,
	NOT_LABELLED,
	BAD_STACK,
	UNKNOWN_LABEL,
	EXPIRED,
	ISOLATED,
	NO_RECEIVER,
	REFUSED,
	ASTRAY,
	REASONS,
};

enum port_kind { ABSENT, ACCESS, FABRIC };

/* What the whole plane needs at every frame. */
struct state {
	__u64 up[MAX_SLOTS / 64]; /* ports that may carry frames out */
	__u64 seed;               /* of the FDB hash: hosts must not choose buckets */
	__u32 device;             /* own device id, 0 = not enrolled */
	__u32 transit;            /* interconnect */
	__u32 top_slot;           /* highest slot in use */
	__u32 unused;
};

struct port {
	__u32 ifindex;
	__u8 kind;
	__u8 peer_in_host; /* the netdev is a veth whose other end is in another namespace */
	__u16 peer;        /* device at the far end of a fabric link */
	__u8 far[6];       /* far and mac stand as they do in the outer header */
	__u8 mac[6];
	char name[16];
	__u8 trunk;    /* some domain leaves here with a tag */
	__u8 departed; /* stations have left for another member lately */
	__u16 unused;
};

struct vlans {
	__u16 domain[4096]; /* by 802.1Q identifier, 0 = untagged */
};

struct domain {
	__u64 untagged[MAX_SLOTS / 64];
	__u64 tagged[MAX_SLOTS / 64];
	__u16 tag;
	__u16 present;
	__u32 unused;
};

struct path {
	__u8 primary, backup;
};

struct paths {
	struct path path[BUCKETS];
	__u32 spread; /* the buckets differ: the flow must be hashed */
	__u32 unused;
};

struct tree {
	__u64 down[MAX_SLOTS / 64];
	struct paths up;
};

/* One cache line. A key is domain << 48 | address, zero is an empty cell; a value is
 * label | device << 20 | static << 36. */
struct fdb_bucket {
	__u64 key[CELLS];
	__u64 value[CELLS];
};

/* When an address was last heard, in jiffies >> AGE_SHIFT. */
struct age_bucket {
	__u32 heard[CELLS];
};

enum fdb_value {
	VALUE_LABEL_BITS = 20,
	VALUE_DEVICE_BITS = 16,
	VALUE_STATIC_BIT = 36,
	AGE_SHIFT = 6,
};

struct event {
	__u64 key;
	__u32 slot;
	__u32 moved;
};

/* The last probe that came back by a port; see probe.h. */
struct echo {
	__u64 life, number;
};

/* Limits the events of one port; see learn.h. */
struct meter {
	__u64 last;
	__u32 tick;
	__u32 count;
};

struct port_counters {
	__u64 in_frames, in_octets;
	__u64 out_frames, out_octets;
	__u64 dropped;
};

struct drop_counters {
	__u64 dropped[REASONS];
	__u64 detours; /* frames sent on to where their station has moved */
};

#endif

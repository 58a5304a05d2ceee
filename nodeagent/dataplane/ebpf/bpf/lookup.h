/* Look-ups: ports, live paths, and the FDB in two-choice buckets. */
#ifndef ONESWITCH_LOOKUP_H
#define ONESWITCH_LOOKUP_H

#include "maps.h"

static __always_inline struct state *whole(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&state, &zero);
}

static __always_inline bool has(const __u64 *set, __u8 slot)
{
	return set[slot / 64] >> (slot % 64) & 1;
}

/* live returns the port that a flow takes now, 0 if none. A link that the owner has
 * marked down is skipped here, before the tables have been computed anew. */
static __always_inline __u8 live(const struct state *s, const struct paths *p, __u32 bucket)
{
	struct path way = p->path[bucket & (BUCKETS - 1)];

	if (has(s->up, way.primary))
		return way.primary;
	return has(s->up, way.backup) ? way.backup : 0;
}

struct fdb_hit {
	__u64 value; /* 0 = not found */
	__u32 bucket;
	__u32 cell;
};

static __always_inline __u64 fdb_key(__u32 domain, const __u8 *mac)
{
	return (__u64)domain << 48 | (__u64)mac[0] << 40 | (__u64)mac[1] << 32 |
	       (__u64)mac[2] << 24 | (__u64)mac[3] << 16 | (__u64)mac[4] << 8 | mac[5];
}

/* fdb_probe searches one bucket. The writer puts the value before the key and takes
 * the key before the value; reading the key again catches a cell that changed hands. */
static __always_inline bool fdb_probe(__u32 i, __u64 key, struct fdb_hit *hit)
{
	struct fdb_bucket *b = bpf_map_lookup_elem(&fdb, &i);

	if (!b)
		return false;
#pragma unroll
	for (int c = 0; c < CELLS; c++) {
		volatile __u64 *k = &b->key[c], *v = &b->value[c];

		if (*k != key)
			continue;
		hit->value = *v;
		hit->bucket = i;
		hit->cell = c;
		return *k == key && hit->value;
	}
	return false;
}

/* fdb_find mixes as fdbTable.buckets in Go does. */
static __always_inline bool fdb_find(__u64 seed, __u64 key, struct fdb_hit *hit)
{
	__u64 h = (key ^ seed) * 0x9e3779b97f4a7c15ULL;

	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ULL;
	h ^= h >> 32;
	return fdb_probe((__u32)h & fdb_mask, key, hit) || fdb_probe((__u32)(h >> 24) & fdb_mask, key, hit);
}

static __always_inline __u32 value_label(__u64 v) { return v & ((1 << VALUE_LABEL_BITS) - 1); }

static __always_inline __u32 value_device(__u64 v)
{
	return v >> VALUE_LABEL_BITS & ((1 << VALUE_DEVICE_BITS) - 1);
}

static __always_inline bool value_static(__u64 v) { return v >> VALUE_STATIC_BIT & 1; }

#endif

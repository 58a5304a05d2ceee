/* Learning: a source that the table does not have at this port becomes an event for
 * the owner, who alone writes the table; one that it has is marked as heard. */
#ifndef ONESWITCH_LEARN_H
#define ONESWITCH_LEARN_H

#include "lookup.h"

/* A port may report this many times within one tick of 2^METER_SHIFT jiffies. */
#define METER_SHIFT 6
#define METER_EVENTS 512

/* metered reports whether the port may send an event now. The same address is not
 * reported twice in one tick; races between CPUs let a few more through. */
static __always_inline bool metered(__u32 slot, __u64 key)
{
	struct meter *m = bpf_map_lookup_elem(&meters, &slot);
	__u32 tick = bpf_jiffies64() >> METER_SHIFT;

	if (!m)
		return false;
	if (m->tick != tick) {
		m->tick = tick;
		m->count = 0;
		m->last = 0;
	}
	if (m->last == key || m->count >= METER_EVENTS)
		return false;
	m->last = key;
	m->count++;
	return true;
}

static __always_inline void heard(const struct fdb_hit *hit)
{
	struct age_bucket *a = bpf_map_lookup_elem(&ages, &hit->bucket);
	__u32 now = bpf_jiffies64() >> AGE_SHIFT;

	if (a && a->heard[hit->cell & (CELLS - 1)] != now)
		a->heard[hit->cell & (CELLS - 1)] = now;
}

static __always_inline void learn(const struct state *s, __u32 slot, __u64 key)
{
	struct fdb_hit hit = {};
	struct event *e;
	bool known = fdb_find(s->seed, key, &hit);

	if (known && !value_device(hit.value) && value_label(hit.value) == PORT_LABEL_FLOOD + slot) {
		heard(&hit);
		return;
	}
	if ((known && value_static(hit.value)) || !metered(slot, key))
		return;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return;
	e->key = key;
	e->slot = slot;
	e->moved = known;
	bpf_ringbuf_submit(e, 0);
}

#endif

// SPDX-License-Identifier: GPL-2.0
/* An open hash table that doubles when it is half full, up to a limit. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#include "defect.h"

#define FIRST_SLOTS (1UL << 12)

struct slot {
	struct hash state;
	uint32_t preemptions;
	uint32_t used;
};

static struct slot *slots;
static unsigned long slot_count, used_count, most = CACHE_STATES_MAX;
static int was_full, no_memory;

void cache_limit(unsigned long states)
{
	most = states;
}

unsigned long cache_limit_is(void)
{
	return most;
}

int cache_was_full(void)
{
	return was_full;
}

static struct slot *find(struct slot *in, unsigned long count, struct hash state)
{
	unsigned long i = state.a & (count - 1);

	while (in[i].used && !hash_equal(in[i].state, state))
		i = (i + 1) & (count - 1);
	return &in[i];
}

/* Without memory for more it stays as it is. */
static void grow(void)
{
	unsigned long i, wider = slot_count ? slot_count * 2 : FIRST_SLOTS;
	struct slot *table = calloc(wider, sizeof(*table));

	if (!table) {
		if (!slot_count)
			defect("no memory for %lu states", wider);
		no_memory = 1;
		return;
	}
	for (i = 0; i < slot_count; i++)
		if (slots[i].used)
			*find(table, wider, slots[i].state) = slots[i];
	free(slots);
	slots = table;
	slot_count = wider;
}

void cache_clear(void)
{
	free(slots);
	slots = NULL;
	slot_count = used_count = 0;
	was_full = no_memory = 0;
}

int cache_seen(struct hash state, int preemptions)
{
	struct slot *slot;

	if (used_count * 2 >= slot_count && !no_memory)
		grow();
	slot = find(slots, slot_count, state);
	if (slot->used && slot->preemptions <= (uint32_t)preemptions)
		return 1;
	/* A state that is not kept is only entered again. */
	if (!slot->used && (used_count >= most || no_memory)) {
		was_full = 1;
		return 0;
	}
	used_count += !slot->used;
	*slot = (struct slot){ state, preemptions, 1 };
	return 0;
}

unsigned long cache_states(void)
{
	return used_count;
}

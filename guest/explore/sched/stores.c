// SPDX-License-Identifier: GPL-2.0
#include "stores.h"

#include <string.h>

#include "access.h"
#include "choose.h"
#include "fiber.h"
#include "memory.h"

#define STORES_MAX 4

struct store {
	unsigned long address, size;
	unsigned char old[8], new[8];	/* what others see, what the owner does */
};

static struct buffer {
	int count;
	struct store stores[STORES_MAX];
	struct hash seen;		/* what the flushes so far came after */
} buffers[FIBERS];

void stores_forget(void)
{
	memset(buffers, 0, sizeof(buffers));
}

int stores_pending(int fiber)
{
	return buffers[fiber].count;
}

int stores_has(int fiber, unsigned long address)
{
	int i;

	for (i = 0; i < buffers[fiber].count; i++)
		if ((buffers[fiber].stores[i].address ^ address) < 8)
			return 1;
	return 0;
}

struct hash stores_hash(int fiber)
{
	return hash_word(buffers[fiber].seen, buffers[fiber].count);
}

static void note_visible(int fiber, const struct store *store)
{
	struct buffer *buffer = &buffers[fiber];

	buffer->seen = access_store_visible(fiber, store->address, buffer->seen);
}

static void drop_oldest(struct buffer *buffer)
{
	buffer->count--;
	memmove(buffer->stores, buffer->stores + 1, buffer->count * sizeof(*buffer->stores));
}

void stores_drain(int fiber)
{
	struct buffer *buffer = &buffers[fiber];

	while (buffer->count) {
		note_visible(fiber, &buffer->stores[0]);
		drop_oldest(buffer);
	}
}

int stores_add(unsigned long address, unsigned long size)
{
	struct buffer *buffer = &buffers[current_fiber];
	struct store *store;

	if (!choosing.tso || !exploring() || size > 8 || !word_is_racy(address))
		return 0;
	if (buffer->count == STORES_MAX) {
		note_visible(current_fiber, &buffer->stores[0]);
		drop_oldest(buffer);
	}
	store = &buffer->stores[buffer->count++];
	store->address = address;
	store->size = size;
	memcpy(store->old, (void *)address, size);
	return 1;
}

/* The newest first, so that the oldest value of a word is what stays. */
void stores_hide(int fiber)
{
	struct buffer *buffer = &buffers[fiber];
	int i;

	for (i = buffer->count - 1; i >= 0; i--) {
		struct store *store = &buffer->stores[i];

		memcpy(store->new, (void *)store->address, store->size);
		memcpy((void *)store->address, store->old, store->size);
	}
}

void stores_show(int fiber)
{
	struct buffer *buffer = &buffers[fiber];
	int i;

	for (i = 0; i < buffer->count; i++) {
		struct store *store = &buffer->stores[i];

		memcpy(store->old, (void *)store->address, store->size);
		memcpy((void *)store->address, store->new, store->size);
	}
}

void stores_flush_oldest(int fiber)
{
	struct buffer *buffer = &buffers[fiber];
	struct store *store = &buffer->stores[0];

	memcpy((void *)store->address, store->new, store->size);
	note_visible(fiber, store);
	drop_oldest(buffer);
}

void stores_drain_all(void)
{
	int t;

	stores_drain(current_fiber);
	for (t = 0; t < FIBERS; t++)
		while (stores_pending(t))
			stores_flush_oldest(t);
}

// SPDX-License-Identifier: GPL-2.0
#include "pages.h"

#define WORDS (PAGE_BYTES / sizeof(uint64_t))

/* The finaliser of splitmix64: every input bit reaches every output bit. */
uint64_t mix64(uint64_t value)
{
	value ^= value >> 30;
	value *= 0xbf58476d1ce4e5b9ULL;
	value ^= value >> 27;
	value *= 0x94d049bb133111ebULL;
	return value ^ value >> 31;
}

uint64_t next_random(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return mix64(*state);
}

/* Identifies the page, also to the reader of a dump. */
static uint64_t page_label(const struct page_id *id)
{
	return (uint64_t)id->region << 56 |
	       (uint64_t)(id->generation & 0xffffff) << 32 | id->index;
}

static uint64_t page_state(const struct page_id *id)
{
	return mix64(id->seed + mix64(page_label(id)));
}

/*
 * Every eighth word of the noise is the filler.  Where lzo finds no match, it
 * skips ahead in growing steps, so compressed sizes would differ by hundreds
 * of bytes.  Regular matches keep the differences small.
 */
#define FILLER_EVERY 8

struct words {
	uint64_t label, filler, state;
	unsigned int noisy;	/* noise words left */
	unsigned int every;
};

static void words_start(struct words *words, const struct page_id *id)
{
	words->label = page_label(id);
	words->state = page_state(id);
	words->filler = mix64(words->state);
	words->noisy = id->noise / sizeof(uint64_t);
	words->every = id->noise < PAGE_BYTES ? FILLER_EVERY : WORDS + 1;
}

static uint64_t word_at(struct words *words, unsigned int i)
{
	if (!words->noisy || (i + 1) % words->every == 0)
		return words->filler;
	words->noisy--;
	return i ? next_random(&words->state) : words->label;
}

void page_fill(void *page, const struct page_id *id)
{
	uint64_t *word = page;
	struct words words;
	unsigned int i;

	words_start(&words, id);
	for (i = 0; i < WORDS; i++)
		word[i] = word_at(&words, i);
}

bool page_check(const void *page, const struct page_id *id,
		struct page_fault *fault)
{
	const volatile uint64_t *word = page;
	struct words words;
	unsigned int i;

	words_start(&words, id);
	for (i = 0; i < WORDS; i++) {
		uint64_t expected = word_at(&words, i), got = word[i];

		if (got == expected)
			continue;
		fault->offset = i * sizeof(uint64_t);
		fault->expected = expected;
		fault->got = got;
		return false;
	}
	return true;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 128-bit hashes of histories. Two lanes with different multipliers, each a
 * folded 64 x 64 multiplication, keyed by --seed: a collision under one seed
 * does not repeat under another.
 */
#ifndef EXPLORE_HASH_H
#define EXPLORE_HASH_H

#include <stdint.h>

struct hash {
	uint64_t a, b;
};

extern struct hash hash_key;

static inline uint64_t hash_fold(uint64_t x, uint64_t y)
{
	unsigned __int128 product = (unsigned __int128)x * y;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_lane(uint64_t state, uint64_t word, uint64_t odd)
{
	state = hash_fold(state ^ odd, word ^ (odd >> 1) ^ 0x9e3779b97f4a7c15ULL) + state;
	return state ^ (state >> 29) ^ (word * odd);
}

static inline struct hash hash_mix(struct hash h, struct hash with)
{
	h.a = hash_lane(h.a ^ hash_key.a, with.a, 0xd6e8feb86659fd93ULL);
	h.b = hash_lane(h.b ^ hash_key.b, with.b, 0xa0761d6478bd642fULL);
	return h;
}

static inline struct hash hash_word(struct hash h, uint64_t word)
{
	return hash_mix(h, (struct hash){ word, ~word });
}

/* Two hashes as one, cheaply: both are mixed already. The order matters. */
static inline struct hash hash_both(struct hash first, struct hash then)
{
	return (struct hash){ first.a + then.a * 0xe7037ed1a0b428dbULL,
			      first.b + then.b * 0x8ebc6af09c88c6e3ULL };
}

/* For sets: the order does not matter. */
static inline struct hash hash_add(struct hash h, struct hash with)
{
	return (struct hash){ h.a + with.a, h.b + with.b };
}

static inline int hash_equal(struct hash x, struct hash y)
{
	return x.a == y.a && x.b == y.b;
}

static inline int hash_is_zero(struct hash h)
{
	return !h.a && !h.b;
}

#endif

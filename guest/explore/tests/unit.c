// SPDX-License-Identifier: GPL-2.0
/* Tests of the parts that need no kernel and no scheduler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "generate.h"
#include "hash.h"
#include "schedule.h"
#include "text.h"

static int failed;

#define CHECK(condition)							\
	do {									\
		if (!(condition)) {						\
			printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);	\
			failed = 1;						\
		}								\
	} while (0)

static int bits_set(uint64_t word)
{
	return __builtin_popcountll(word);
}

static void test_hash_depends_on_order(void)
{
	struct hash zero = { 0, 0 };
	struct hash one_two = hash_word(hash_word(zero, 1), 2);
	struct hash two_one = hash_word(hash_word(zero, 2), 1);

	CHECK(!hash_equal(one_two, two_one));
	CHECK(!hash_equal(hash_both(one_two, two_one), hash_both(two_one, one_two)));
	CHECK(hash_equal(hash_add(one_two, two_one), hash_add(two_one, one_two)));
}

/* One changed bit of a word should change about half of each lane. */
static void test_hash_spreads(void)
{
	long changed_a = 0, changed_b = 0;
	int i, bit, rounds = 64;

	for (i = 0; i < rounds; i++)
		for (bit = 0; bit < 64; bit++) {
			struct hash from = hash_word((struct hash){ i, i * 3 }, i);
			struct hash h = hash_word(from, i), g = hash_word(from, i ^ (1UL << bit));

			changed_a += bits_set(h.a ^ g.a);
			changed_b += bits_set(h.b ^ g.b);
		}
	CHECK(changed_a > 28L * rounds * 64 && changed_a < 36L * rounds * 64);
	CHECK(changed_b > 28L * rounds * 64 && changed_b < 36L * rounds * 64);
}

static void test_hash_does_not_collide(void)
{
	unsigned long i, count = 300000;

	cache_clear();
	for (i = 0; i < count; i++)
		CHECK(!cache_seen(hash_word(hash_word((struct hash){ 0, 0 }, i >> 8), i & 255), 0));
	CHECK(cache_states() == count);
}

static void test_cache_keeps_the_fewest_preemptions(void)
{
	struct hash state = { 11, 12 };

	cache_clear();
	CHECK(!cache_seen(state, 2));
	CHECK(cache_seen(state, 2));
	CHECK(cache_seen(state, 3));
	CHECK(!cache_seen(state, 1));
	CHECK(cache_seen(state, 2));
	CHECK(cache_states() == 1);
	cache_clear();
	CHECK(!cache_seen(state, 2));
}

static char *schedule_text(const struct schedule *schedule)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	schedule_print(stream, schedule);
	fclose(stream);
	return text;
}

static void test_schedule_survives(const char *text)
{
	static struct schedule schedule;
	char *again;

	CHECK(!schedule_parse(&schedule, text));
	again = schedule_text(&schedule);
	CHECK(!strcmp(again, text));
	free(again);
}

static void test_cache_has_a_limit(void)
{
	struct hash state = { 0, 0 };
	unsigned long i;

	cache_clear();
	cache_limit(10);
	for (i = 0; i < 100; i++)
		CHECK(!cache_seen(hash_word(state, i), 0));
	CHECK(cache_was_full() && cache_states() == 10);
	/* Those that it keeps are known, the others are entered again. */
	CHECK(cache_seen(hash_word(state, 9), 0));
	CHECK(!cache_seen(hash_word(state, 10), 0));
	cache_limit(CACHE_STATES_MAX);
	cache_clear();
	CHECK(!cache_was_full());
}

static void test_schedules(void)
{
	static const char *const wrong[] = { "", " ", "1", "4:2", "0:end", "1:-3", "1:x", "1:2,2:3",
					     "f9", "f", "1:", "1:end2", "w10 ", "w11 1:end", "wx 1:end", "1:2 garbage" };
	static struct schedule schedule;
	unsigned int i;

	test_schedule_survives("1:end");
	test_schedule_survives("w200000000010 1:1 f1 1:end");
	test_schedule_survives("1:42 2:17 f1 3:0 1:end");
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(schedule_parse(&schedule, wrong[i]));
}

static void test_operation_survives(const char *text)
{
	struct operation operation;
	char again[128];

	CHECK(!operation_parse(text, &operation));
	operation_text(again, sizeof(again), &operation);
	CHECK(!strcmp(again, text));
}

static void test_operations(void)
{
	static const char *const wrong[] = { "", "stor 1 size 8", "store 1", "store 1 size 8",
					     "store 1 size 99999", "store 24 size 64", "load", "load x",
					     "free -1", "free 1 2", "shrink now", "shrink fails at night",
					     "shrink fails at page of eviction 0", "compact 1",
					     "migrate 1", "migrate page of 99", "store 1 size 64 stay",
					     "store 1 size 64 failsstays", "store 1 size 64 stays fails",
					     "offline", "offline cpu of thread 0", "offline cpu of thread 4",
					     "switch", "switch pool 2" };
	struct operation operation;
	unsigned int i;

	test_operation_survives("store 3 size 2032");
	test_operation_survives("load 0");
	test_operation_survives("store 3 size 2032 fails");
	test_operation_survives("store 3 size 2032 stays");
	test_operation_survives("store 3 size 2032 fails stays");
	test_operation_survives("free 23");
	test_operation_survives("offline cpu of thread 2");
	test_operation_survives("switch pool");
	test_operation_survives("shrink");
	test_operation_survives("shrink fails at swapcache of eviction 2");
	test_operation_survives("compact");
	test_operation_survives("migrate page of 1");
	test_operation_survives("work");
	test_operation_survives("destroy");
	CHECK(!operation_parse("shrink fails at page", &operation) && operation.eviction == 1);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(operation_parse(wrong[i], &operation));
}

static int does(const struct program *program, enum operation_kind kind)
{
	int i, found = 0;

	for (i = 0; i < program->count; i++)
		found |= program->operations[i].kind == kind;
	return found;
}

static void test_generator(void)
{
	int small = generate(1, 0, NULL), larger = generate(2, 0, NULL), migrating, i;
	struct scenario *scenarios = calloc(larger, sizeof(*scenarios));

	CHECK(small > 50 && larger > small);
	CHECK(generate(2, 0, scenarios) == larger);
	for (i = 0; i < larger; i++) {
		CHECK(scenarios[i].threads == 2 && scenarios[i].setup.count > 0);
		/* Small ones come first. */
		CHECK(scenarios[i].thread[1].count == (i < small ? 1 : 2));
		/* zswap's work item never runs twice at once. */
		CHECK(!(does(&scenarios[i].thread[0], DO_SHRINK) && does(&scenarios[i].thread[1], DO_SHRINK)));
	}
	migrating = generate(2, 1u << DO_MIGRATE, scenarios);
	CHECK(migrating > 0 && migrating < larger);
	for (i = 0; i < migrating; i++)
		CHECK(does(&scenarios[i].thread[0], DO_MIGRATE) || does(&scenarios[i].thread[1], DO_MIGRATE));
	free(scenarios);
}

struct hash hash_key;

int main(void)
{
	test_hash_depends_on_order();
	test_hash_spreads();
	test_hash_does_not_collide();
	test_cache_keeps_the_fewest_preemptions();
	test_cache_has_a_limit();
	test_schedules();
	test_operations();
	test_generator();
	cache_clear();
	if (!failed)
		puts("unit tests pass");
	return failed;
}

// SPDX-License-Identifier: GPL-2.0
/* What a store buffer does: Dekker's exclusion without and with fences, and message passing. */
#include "canaries.h"

static volatile long wants[2], data, flag;
static long saw[2], got;
static int fence[2], set[2];
static unsigned long bits;

static void start(void)
{
	wants[0] = wants[1] = data = flag = 0;
	bits = set[0] = set[1] = 0;
	saw[0] = saw[1] = got = 1;
}

static void enter_first(void)
{
	wants[0] = 1;
	saw[0] = wants[1];
}

static void enter_second(void)
{
	wants[1] = 1;
	saw[1] = wants[0];
}

static void check_one_waits(void)
{
	if (!saw[0] && !saw[1])
		fail(FAIL_DATA, "both threads are in the section");
}

const struct canary store_buffer = {
	"store-buffer", start, { enter_first, enter_second }, check_one_waits,
};

static void enter_first_fenced(void)
{
	wants[0] = 1;
	add_return(&fence[0], 1);
	saw[0] = wants[1];
}

static void enter_second_fenced(void)
{
	wants[1] = 1;
	add_return(&fence[1], 1);
	saw[1] = wants[0];
}

const struct canary store_buffer_fenced = {
	"store-buffer-fenced", start, { enter_first_fenced, enter_second_fenced }, check_one_waits,
};

static void send(void)
{
	data = 7;
	flag = 1;
}

static void receive(void)
{
	if (flag)
		got = data;
	else
		got = 7;
}

static void check_received(void)
{
	if (got != 7)
		fail(FAIL_DATA, "the flag was seen before the data");
}

/* TSO keeps stores in order, so this holds there too. */
const struct canary message = {
	"message", start, { send, receive }, check_received,
};

/* set_bit() is a locked instruction: what was stored before it is seen first. */
static void send_by_bit(void)
{
	data = 7;
	bit_set(&bits);
}

static void receive_by_bit(void)
{
	if (*(volatile unsigned long *)&bits)
		got = data;
	else
		got = 7;
}

const struct canary message_by_bit = {
	"message-by-bit", start, { send_by_bit, receive_by_bit }, check_received,
};

/* atomic_set() is a plain store: it is seen late, but in order. */
static void enter_first_by_atomic(void)
{
	atomic_store(&set[0], 1);
	saw[0] = *(volatile int *)&set[1];
}

static void enter_second_by_atomic(void)
{
	atomic_store(&set[1], 1);
	saw[1] = *(volatile int *)&set[0];
}

const struct canary store_buffer_by_atomic = {
	"store-buffer-by-atomic", start, { enter_first_by_atomic, enter_second_by_atomic }, check_one_waits,
};

static void send_by_atomic(void)
{
	data = 7;
	atomic_store(&set[0], 1);
}

static void receive_by_atomic(void)
{
	if (*(volatile int *)&set[0])
		got = data;
	else
		got = 7;
}

const struct canary message_by_atomic = {
	"message-by-atomic", start, { send_by_atomic, receive_by_atomic }, check_received,
};

/* Fails before any word is known to be racy: no store is held back, in the replay neither. */
static void check_in_order(void)
{
	if (saw[0] && !saw[1])
		fail(FAIL_DATA, "the second thread came first");
}

const struct canary first_round = {
	"first-round", start, { enter_first, enter_second }, check_in_order,
};

/* Two stores to one word: that of the one who runs does not undo that of the other. */
static volatile long both;
static long after;

static void start_both(void)
{
	start();
	both = 0;
	after = 1;
}

static void store_one(void)
{
	both = 1;
	wants[0] = both;
}

static void store_two(void)
{
	both = 2;
	add_return(&fence[1], 1);
	after = both;
}

static void check_after(void)
{
	if (!after)
		fail(FAIL_DATA, "a store is gone that was seen");
}

const struct canary overwritten_store = {
	"overwritten-store", start_both, { store_one, store_two }, check_after,
};

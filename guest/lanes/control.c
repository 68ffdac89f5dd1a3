// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a zram disk, by its files in sysfs: reset while it was never
 * used, an algorithm, a size, data, reset, another size, a disk that is added
 * and removed. Where the kernel can let allocations fail, making a disk fails
 * too, at one allocation after another. Meanwhile another worker reads all
 * that can be read, with a buffer so large that a whole life fits into a read.
 * A large disk is reset only when such a read has begun, and the small one that
 * follows it lives until that read has ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../checks.h"
#include "../files.h"
#include "../lane.h"
#include "../pages.h"
#include "../records.h"
#include "../region.h"
#include "../zram.h"

#define CONTROL_MEMORY_KIB (64 * 1024)
#define LARGE_BYTES (16LL << 20)
#define SMALL_PAGES 16
#define SMALL_BYTES (SMALL_PAGES * (int64_t)PAGE_BYTES)
#define SMALL_TEXT "65536"
#define READ_BYTES (96LL << 20)
#define BLOCK_STATE "/sys/kernel/debug/zram/zram0/block_state"
#define HOT_ADD "/sys/class/zram-control/hot_add"
#define HOT_REMOVE "/sys/class/zram-control/hot_remove"
#define FAIL_NTH "/proc/thread-self/fail-nth"
#define FAILSLAB "/sys/kernel/debug/failslab/"
/* More allocations than making a disk takes. */
#define NTH_NONE 100000
/* So many of the first and of the last ones fail, a few after each life. */
#define NTH_ENDS 40
#define NTH_STEPS 5
#define HOT_EVERY 2

/* A reader that is not there must not stop the disk. */
#define READER_TRIES 1000
#define READER_US 500

enum { LIVES, FAILURES, READS, BUSY, BEGUN, ENDED };

static const char * const attributes[] = {
	"initstate", "disksize", "comp_algorithm", "mm_stat", "io_stat",
	"debug_stat", "bd_stat", "recomp_algorithm", "backing_dev",
	"max_comp_streams",
};

static void note(struct worker *worker, int ret)
{
	/* Nobody else opens the disk. */
	if (ret == -EBUSY)
		worker_count(worker, BUSY, 1);
}

static void reset(struct worker *worker, int disk)
{
	note(worker, zram_put(disk, "reset", "1"));
}

static void read_all(int disk)
{
	char text[4096];
	size_t i;

	for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		zram_get(disk, attributes[i], text, sizeof(text));
}

static struct page_id id_of(struct worker *worker, uint32_t index,
			    uint32_t generation)
{
	struct page_id id = {
		.seed = worker->seed,
		.region = 0,
		.index = index,
		.generation = generation,
		.noise = (index * 131 + generation * 17) % NOISE_MAX / 8 * 8,
	};

	return id;
}

static void *page_buffer(void)
{
	static void *page;

	if (!page && posix_memalign(&page, PAGE_BYTES, PAGE_BYTES))
		_exit(1);
	return page;
}

/* A bit for each page that zram took. */
static uint32_t write_pages(struct worker *worker, int fd, uint32_t generation)
{
	uint32_t i, taken = 0;

	for (i = 0; i < SMALL_PAGES; i++) {
		struct page_id id = id_of(worker, i, generation);

		page_fill(page_buffer(), &id);
		if (pwrite(fd, page_buffer(), PAGE_BYTES,
			   (off_t)i * PAGE_BYTES) != PAGE_BYTES)
			continue;
		taken |= 1u << i;
		atomic_fetch_add(&worker->shared->written, 1);
	}
	return taken;
}

static void verify_pages(struct worker *worker, int fd, uint32_t generation,
			 uint32_t taken)
{
	struct page_fault fault;
	uint32_t i;

	for (i = 0; i < SMALL_PAGES; i++) {
		struct page_id id = id_of(worker, i, generation);

		if (!(taken & 1u << i) ||
		    pread(fd, page_buffer(), PAGE_BYTES,
			  (off_t)i * PAGE_BYTES) != PAGE_BYTES)
			continue;
		if (!page_check(page_buffer(), &id, &fault))
			note_wrong(worker->shared, &id, &fault);
		atomic_fetch_add(&worker->shared->verified, 1);
	}
}

/* Past the page cache, which would hide what zram does. */
static void use(struct worker *worker, int disk, uint32_t generation)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/zram%d", disk);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (fd < 0) {
		note(worker, -errno);
		return;
	}
	verify_pages(worker, fd, generation,
		     write_pages(worker, fd, generation));
	close(fd);
}

static long long read_at_start(int fd)
{
	char text[32] = "";

	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? atoll(text) : 0;
}

/*
 * Make the disk while one allocation of this task fails: the nth.  What is left
 * of the count says how many there were when none failed.
 */
static int make_with_failure(int fail_nth, long long nth, long long *left)
{
	int fd = open("/sys/block/zram0/disksize", O_WRONLY | O_CLOEXEC);
	int ret = 0;

	*left = 0;
	if (fd < 0)
		return -errno;
	if (dprintf(fail_nth, "%lld", nth) > 0) {
		if (write(fd, SMALL_TEXT, strlen(SMALL_TEXT)) < 0)
			ret = -errno;
		*left = read_at_start(fail_nth);
		pwrite(fail_nth, "0", 1, 0);
	}
	close(fd);
	return ret;
}

/* Returns how many allocations there were until one failed, or until the end. */
static long long try_to_fail(struct worker *worker, long long nth)
{
	int fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	long long left;

	if (fail_nth < 0)
		return 0;
	if (make_with_failure(fail_nth, nth, &left) == -ENOMEM)
		worker_count(worker, FAILURES, 1);
	close(fail_nth);
	read_all(0);
	reset(worker, 0);
	reset(worker, 0);
	return nth - left;
}

/* From both ends: the pool comes first, the compressor last. */
static void fail_in_turn(struct worker *worker, uint32_t turn)
{
	long long all = try_to_fail(worker, NTH_NONE);
	uint32_t step;

	for (step = 0; step < NTH_STEPS; step++) {
		long long n = (turn * NTH_STEPS + step) % NTH_ENDS;

		try_to_fail(worker, 1 + n);
		if (all > n)
			try_to_fail(worker, all - n);
	}
}

static void live_hot(struct worker *worker, uint32_t generation)
{
	int64_t disk = read_number(HOT_ADD);

	if (disk == NONE || disk <= 0)
		return;
	reset(worker, disk);
	if (!zram_put_number(disk, "disksize", SMALL_BYTES))
		use(worker, disk, generation);
	read_all(disk);
	note(worker, write_number(HOT_REMOVE, disk));
}

static long long count_of(struct worker *worker, int which)
{
	return atomic_load(&worker->shared->count[which]);
}

/* Wait until more than so many reads have begun, or ended. */
static void wait_beyond(struct worker *worker, int which, long long reads)
{
	int tries;

	for (tries = 0; tries < READER_TRIES && worker_go(worker) &&
			count_of(worker, which) <= reads; tries++)
		usleep(READER_US);
}

static void meet_reader(struct worker *worker, bool large)
{
	if (large) {
		wait_beyond(worker, BEGUN, count_of(worker, BEGUN));
		/* It counts just before it reads. */
		usleep(READER_US);
	} else {
		wait_beyond(worker, ENDED, count_of(worker, BEGUN) - 1);
	}
}

static bool make(const char *algorithm, int64_t bytes)
{
	zram_put(0, "comp_algorithm", algorithm);
	return !zram_put_number(0, "disksize", bytes);
}

static void end_life(struct worker *worker)
{
	reset(worker, 0);
	worker_count(worker, LIVES, 1);
}

/* Two lives of the disk, and nothing between them: the reader is waiting. */
static void live_twice(struct worker *worker, uint32_t generation)
{
	reset(worker, 0);
	read_all(0);
	if (!make("lzo", LARGE_BYTES))
		return;
	use(worker, 0, generation);
	read_all(0);
	meet_reader(worker, true);
	end_life(worker);
	if (!make("lzo-rle", SMALL_BYTES))
		return;
	meet_reader(worker, false);
	use(worker, 0, generation);
	read_all(0);
	end_life(worker);
}

static void control_worker(struct worker *worker)
{
	uint32_t generation = 0;

	while (worker_go(worker)) {
		live_twice(worker, ++generation);
		fail_in_turn(worker, generation - 1);
		/* The first disk has no pool now; two may not have equal names. */
		if (generation % HOT_EVERY == 0)
			live_hot(worker, generation);
	}
}

static void control_reader(struct worker *worker)
{
	char *buffer = malloc(READ_BYTES);

	while (buffer && worker_go(worker)) {
		int fd = open(BLOCK_STATE, O_RDONLY | O_CLOEXEC);

		worker_count(worker, BEGUN, 1);
		if (fd >= 0 && read(fd, buffer, READ_BYTES) >= 0)
			worker_count(worker, READS, 1);
		worker_count(worker, ENDED, 1);
		if (fd >= 0)
			close(fd);
		read_all(0);
		usleep(500);
	}
}

static void control_run(struct lane_run *run)
{
	worker_fn fn[2] = { control_worker, control_reader };
	int ret;

	if (!zram_present()) {
		lane_skip(run, "this kernel has no zram");
		return;
	}
	zram_reset();
	write_text(FAILSLAB "verbose", "0");
	write_text(FAILSLAB "ignore-gfp-wait", "N");
	lane_fail(run, crew_run(run, fn, 2));
	/* The balance reads the pool of a disk that holds nothing. */
	zram_reset();
	ret = zram_make(SMALL_BYTES);
	if (ret)
		lane_fail(run, strerror(-ret));
}

static void control_drained(struct lane_run *run)
{
	check_state(run->name, "zram-busy", 0,
		    atomic_load(&run->shared->count[BUSY]));
}

DEFINE_LANE(control,
	.memory_kib = CONTROL_MEMORY_KIB,
	.counters = {
		[LIVES] = "lives",
		[FAILURES] = "failures",
		[READS] = "reads",
	},
	.run = control_run,
	.drained = control_drained
);

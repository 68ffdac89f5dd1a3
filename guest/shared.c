// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <sys/mman.h>

#include "crew.h"
#include "records.h"

/* Locked, so that neither pid 1 nor a worker waits for its pages. */
struct shared *shared_create(void)
{
	struct shared *shared;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (shared == MAP_FAILED)
		return NULL;
	mlock(shared, sizeof(*shared));
	return shared;
}

struct tally shared_tally(struct shared *shared)
{
	struct tally tally = {
		.written = atomic_load(&shared->written),
		.verified = atomic_load(&shared->verified),
		.wrong = atomic_load(&shared->wrong),
		.freed = atomic_load(&shared->freed),
	};

	return tally;
}

void tally_record(const struct tally *tally)
{
	rec_open("pages", '{');
	rec_num("written", tally->written);
	rec_num("verified", tally->verified);
	rec_num("wrong", tally->wrong);
	rec_num("freed", tally->freed);
	rec_close('}');
}

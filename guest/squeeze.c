// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "squeeze.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "pages.h"
#include "records.h"
#include "zswap.h"

/* So many that each is written out long before it is used again. */
#define PAGES 256

bool squeeze_open(struct squeeze *squeeze, uint64_t random)
{
	squeeze->base = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	squeeze->next = 0;
	squeeze->random = random;
	squeeze->home = zswap_limit_now();
	return squeeze->base != MAP_FAILED;
}

void squeeze_once(struct squeeze *squeeze)
{
	uint8_t *page = squeeze->base +
			(size_t)(squeeze->next++ % PAGES) * PAGE_BYTES;
	int nice;

	/* One random word in zeros: the page is not same-filled. */
	*(volatile uint64_t *)page = next_random(&squeeze->random);
	nice = getpriority(PRIO_PROCESS, 0);
	/* Otherwise the shrink worker may run while the limit is 0. */
	setpriority(PRIO_PROCESS, 0, -20);
	zswap_limit(0);
	madvise(page, PAGE_BYTES, MADV_PAGEOUT);
	zswap_limit(squeeze->home == NONE ? 1 : squeeze->home);
	setpriority(PRIO_PROCESS, 0, nice);
}

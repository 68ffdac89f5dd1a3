// SPDX-License-Identifier: GPL-2.0
/* The calls that gcc and KCSAN put at each access, and kcov at each block. */
#include "services.h"

#include <linux/kcsan-checks.h>

#define PLAIN(size)							\
	void __tsan_read##size(void *p);				\
	void __tsan_write##size(void *p);				\
	void __tsan_volatile_read##size(void *p);			\
	void __tsan_volatile_write##size(void *p);			\
	void __tsan_read##size(void *p)					\
	{								\
		block_executed(CALLER);					\
		access_plain((unsigned long)p, size, ACCESS_READ, CALLER);	\
	}								\
	void __tsan_write##size(void *p)				\
	{								\
		block_executed(CALLER);					\
		access_plain((unsigned long)p, size, ACCESS_WRITE, CALLER);	\
	}								\
	void __tsan_volatile_read##size(void *p)			\
	{								\
		block_executed(CALLER);					\
		access_plain((unsigned long)p, size, ACCESS_READ, CALLER);	\
	}								\
	void __tsan_volatile_write##size(void *p)			\
	{								\
		block_executed(CALLER);					\
		access_plain((unsigned long)p, size, ACCESS_WRITE, CALLER);	\
	}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_read_range(void *p, size_t size);
void __tsan_read_range(void *p, size_t size)
{
	access_plain((unsigned long)p, size, ACCESS_READ, CALLER);
}

void __tsan_write_range(void *p, size_t size);
void __tsan_write_range(void *p, size_t size)
{
	access_plain((unsigned long)p, size, ACCESS_WRITE, CALLER);
}

/* Before each atomic operation, which follows in line. */
void __kcsan_check_access(const volatile void *p, size_t size, int type)
{
	int write = !!(type & KCSAN_ACCESS_WRITE);

	block_executed(CALLER);
	if (type & KCSAN_ACCESS_ATOMIC)
		access_atomic((unsigned long)p, size, write, !!(type & KCSAN_ACCESS_COMPOUND),
			      CALLER);
	else
		access_plain((unsigned long)p, size, write, CALLER);
}

/* What tells KCSAN about the accesses that follow: nothing changes here. */
void kcsan_atomic_next(int n)
{
}

void kcsan_set_access_mask(unsigned long mask)
{
}

void kcsan_disable_current(void)
{
}

void kcsan_enable_current_nowarn(void)
{
}

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	block_executed(CALLER);
}

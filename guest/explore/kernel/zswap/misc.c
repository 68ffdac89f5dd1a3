// SPDX-License-Identifier: GPL-2.0
/* What else mm/zswap.c asks for. */
#include "services.h"

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/string.h>
#include <linux/swait.h>
#include <linux/workqueue.h>

atomic_long_t _totalram_pages = ATOMIC_LONG_INIT(1 << 20);

enum system_states system_state = SYSTEM_RUNNING;
bool static_key_initialized = true;
#ifndef nr_cpu_ids
unsigned int nr_cpu_ids = CPUS;
#endif
struct cpumask __cpu_possible_mask = { .bits = { (1UL << CPUS) - 1 } };

/* All of the arena is mapped. */
bool __virt_addr_valid(unsigned long address)
{
	return address - ARENA < ARENA_END - ARENA;
}

/* Mutexes: the owner lies in the first word there too. */

#ifndef mutex_lock
void mutex_lock(struct mutex *mutex)
{
	lock_take(mutex, TAKE_SLEEPING, CALLER);
}
#endif

void mutex_unlock(struct mutex *mutex)
{
	lock_drop(mutex, TAKE_SLEEPING, CALLER);
}

/* A mutex without debugging lost its name, and so did the function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
void __mutex_init(struct mutex *mutex, const char *name, struct lock_class_key *key)
#else
void mutex_init_generic(struct mutex *mutex)
#endif
{
	__builtin_memset(mutex, 0, sizeof(*mutex));
}

void __init_swait_queue_head(struct swait_queue_head *queue, const char *name,
			     struct lock_class_key *key)
{
	__builtin_memset(queue, 0, sizeof(*queue));
}

void wait_for_completion(struct completion *completion)
{
	explorer_lacks("compressors that answer later");
}

void refcount_warn_saturate(refcount_t *count, enum refcount_saturation_type type)
{
	fail(FAIL_WARN, "refcount_t: saturated, underflow, or used after it was zero (%d)", type);
}

#ifdef alloc_workqueue
struct workqueue_struct *alloc_workqueue_noprof(const char *format, unsigned int flags, int active, ...)
#else
struct workqueue_struct *alloc_workqueue(const char *format, unsigned int flags, int active, ...)
#endif
{
	return allocate(64, GFP_KERNEL, "workqueue", NULL);
}

void destroy_workqueue(struct workqueue_struct *queue)
{
	kfree(queue);
}

void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value)
{
}

void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value)
{
}

/* Its size became an argument of its own at some time. */
#ifdef sized_strscpy_pad
#define STRING_COPY "sized_strscpy"
#else
#define STRING_COPY "strscpy"
#endif

#undef snprintf
int kernel_snprintf(char *buffer, size_t size, const char *format, ...);
int kernel_snprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = format_text(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}

#undef strscpy
#undef sized_strscpy
ssize_t copy_string(char *to, const char *from, size_t size) asm(STRING_COPY);
ssize_t copy_string(char *to, const char *from, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && from[i]; i++)
		to[i] = from[i];
	to[i] = 0;
	return from[i] ? -E2BIG : (ssize_t)i;
}

/* Parameters come without blanks here. */
char *strim(char *text)
{
	return text;
}

/* Files of debugfs that nobody reads. */

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *format)
{
	return 0;
}

int simple_attr_release(struct inode *inode, struct file *file)
{
	return 0;
}

ssize_t debugfs_attr_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	return 0;
}

ssize_t debugfs_attr_write(struct file *file, const char __user *buffer, size_t size,
			   loff_t *position)
{
	return 0;
}

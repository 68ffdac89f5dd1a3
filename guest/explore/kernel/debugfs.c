// SPDX-License-Identifier: GPL-2.0
/* debugfs: of all files, only zsmalloc's "classes" is read. */
#include "services.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>

#define TEXT_MAX 2048

#define POOLS_MAX 8

/* A dentry is one of these; that of a pool's directory has its file. */
static struct pool_file {
	char is_used;
	const struct file_operations *operations;
	void *data;
} dentries[POOLS_MAX];

/* Of files and directories that nobody looks into: it must not be NULL. */
static struct pool_file other;

static char text[TEXT_MAX];
static unsigned long text_used;

bool debugfs_initialized(void)
{
	return true;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	int i;

	for (i = 0; i < POOLS_MAX; i++)
		if (!dentries[i].is_used) {
			dentries[i].is_used = 1;
			return (struct dentry *)&dentries[i];
		}
	explorer_lacks("room for more directories of debugfs");
}

void debugfs_remove(struct dentry *dentry)
{
	*(struct pool_file *)dentry = (struct pool_file){ };
}

/* The functions that make a file changed their form with time. */
static struct dentry *keep_file(const char *name, struct dentry *parent, void *with,
				const struct file_operations *ops)
{
	struct pool_file *pool = (struct pool_file *)parent;

	if (!__builtin_strcmp(name, "classes")) {
		pool->operations = ops;
		pool->data = with;
	}
	return (struct dentry *)&other;
}

#ifdef debugfs_create_file
struct dentry *debugfs_create_file_full(const char *name, umode_t mode, struct dentry *parent,
					void *with, const void *aux,
					const struct file_operations *ops)
{
	return keep_file(name, parent, with, ops);
}
#else
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *with,
				   const struct file_operations *ops)
{
	return keep_file(name, parent, with, ops);
}
#endif

/* seq_file */

int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *with)
{
	struct seq_file seq = { .private = with };

	return show(&seq, NULL);
}

int single_release(struct inode *inode, struct file *file)
{
	return 0;
}

ssize_t seq_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	return 0;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	return 0;
}

/*
 * There are hundreds of lines of classes, and only the first line and the total
 * are read. The line of a class begins with its number, in one call or in the
 * first of several; the total with a word.
 */
static int is_skipped(const char *format)
{
	static int skipping;
	const char *word = format + (*format == '\n');

	if (!__builtin_strncmp(word, " %5u", 4))
		skipping = 1;
	else if (!__builtin_strncmp(word, " %5s", 4))
		skipping = 0;
	return skipping;
}

void seq_printf(struct seq_file *seq, const char *format, ...)
{
	va_list arguments;

	if (is_skipped(format) || text_used >= TEXT_MAX)
		return;
	va_start(arguments, format);
	text_used += format_text(text + text_used, TEXT_MAX - text_used, format, arguments);
	va_end(arguments);
}

void __seq_puts(struct seq_file *seq, const char *string);
void __seq_puts(struct seq_file *seq, const char *string)
{
	seq_printf(seq, "%s", string);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
void seq_puts(struct seq_file *seq, const char *string)
{
	seq_printf(seq, "%s", string);
}
#endif

int seq_write(struct seq_file *seq, const void *bytes, size_t size)
{
	seq_printf(seq, "%.*s", (int)size, (const char *)bytes);
	return 0;
}

#undef seq_putc
void seq_putc(struct seq_file *seq, char c);
void seq_putc(struct seq_file *seq, char c)
{
	seq_printf(seq, "%c", c);
}

int stat_is_there(void)
{
	return pools_alive() > 0;
}

int pools_alive(void)
{
	int i, count = 0;

	for (i = 0; i < POOLS_MAX; i++)
		count += !!dentries[i].operations;
	return count;
}

static const char *find(const char *word)
{
	unsigned long i, length = __builtin_strlen(word);

	for (i = 0; i + length < text_used && i < TEXT_MAX; i++)
		if (!__builtin_memcmp(text + i, word, length))
			return text + i;
	return NULL;
}

/* The position of a word in the first line. */
static int column_of(const char *name)
{
	const char *at, *end = find(name);
	int column = 0;

	for (at = text; end && at < end; at++)
		column += *at != ' ' && (at == text || at[-1] == ' ');
	return end ? column : -1;
}

static const char *read_number(const char *at, long *number)
{
	while (*at == ' ')
		at++;
	for (*number = 0; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + *at - '0';
	return at;
}

static long total_of(const struct pool_file *pool, const char *name)
{
	static struct inode inode;
	const char *at;
	long number = -1;
	int column;

	text_used = 0;
	inode.i_private = pool->data;
	pool->operations->open(&inode, NULL);
	at = find("Total");
	column = column_of(name);
	if (!at || column < 0)
		explorer_lacks("knowledge of the format of zsmalloc's file in debugfs");
	at += 5;
	/* The line of totals says nothing of the size, the second column. */
	for (column -= 2; column >= 0; column--)
		at = read_number(at, &number);
	return number;
}

long stat_total(const char *name)
{
	long total = 0;
	int i;

	for (i = 0; i < POOLS_MAX; i++)
		if (dentries[i].operations)
			total += total_of(&dentries[i], name);
	return total;
}

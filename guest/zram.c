// SPDX-License-Identifier: GPL-2.0
#include "zram.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/swap.h>
#include <unistd.h>

#include "files.h"
#include "pages.h"
#include "records.h"
#include "swapdev.h"

#define DISK "zram0"
#define SYSFS "/sys/block/" DISK "/"

static int64_t disk_bytes;

bool zram_present(void)
{
	return !access(SYSFS "disksize", F_OK);
}

/* mm_stat: orig_data_size compr_data_size mem_used_total ... */
static bool mm_stat(int64_t *original, int64_t *memory)
{
	char text[256];
	int64_t compressed;

	return disk_bytes &&
	       read_text(SYSFS "mm_stat", text, sizeof(text)) > 0 &&
	       sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64, original,
		      &compressed, memory) == 3;
}

int64_t zram_pool_pages(void)
{
	int64_t original, memory;

	return mm_stat(&original, &memory) ? memory / PAGE_BYTES : NONE;
}

int64_t zram_stored_pages(void)
{
	int64_t original, memory;

	return mm_stat(&original, &memory) ? original / PAGE_BYTES : NONE;
}

static const char *file_of(int disk, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "/sys/block/zram%d/%s", disk, name);
	return path;
}

int zram_put(int disk, const char *name, const char *text)
{
	return write_text(file_of(disk, name), text);
}

int zram_put_number(int disk, const char *name, int64_t value)
{
	return write_number(file_of(disk, name), value);
}

void zram_get(int disk, const char *name, char *text, size_t size)
{
	read_text(file_of(disk, name), text, size);
}

int zram_make(int64_t bytes)
{
	int ret = write_number(SYSFS "disksize", bytes);

	if (!ret)
		disk_bytes = bytes;
	return ret;
}

int zram_reset(void)
{
	int ret = write_text(SYSFS "reset", "1");

	if (!ret)
		disk_bytes = 0;
	return ret;
}

int zram_start(int64_t bytes, unsigned int pages)
{
	int ret = zram_make(bytes);

	return ret ?: swapdev_on(DISK, 100, pages);
}

/*
 * Swap off, then discard the whole disk.  That frees every object, also that
 * of the swap header.  The pool and its statistics stay and can be read.
 */
int zram_stop(void)
{
	uint64_t range[2] = { 0, disk_bytes };
	int fd, ret = 0;

	if (swapoff("/dev/" DISK) < 0)
		return -errno;
	fd = open("/dev/" DISK, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, BLKDISCARD, range) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

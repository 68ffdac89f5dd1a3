// SPDX-License-Identifier: GPL-2.0
#include "swapdev.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "files.h"
#include "pages.h"
#include "records.h"

#define SWAPON_TRIES 10

static bool active;
/* The device that lanes may take away for a moment. */
static char virtio[300];

/* The first page of a version 1 swap area, as mkswap(8) writes it. */
struct swap_area {
	uint8_t boot_block[1024];
	uint32_t version;
	uint32_t last_page;
	uint32_t bad_pages;
	uint8_t uuid[16];
	uint8_t label[16];
	uint8_t rest[PAGE_BYTES - 1024 - 44 - 10];
	char magic[10];
} __attribute__((packed));

_Static_assert(sizeof(struct swap_area) == PAGE_BYTES, "one page");

static int write_area(const char *device, uint32_t last_page)
{
	struct swap_area area = { .version = 1, .last_page = last_page };
	int fd = open(device, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	memcpy(area.magic, "SWAPSPACE2", sizeof(area.magic));
	memcpy(area.uuid, "zsharness-swap-1", sizeof(area.uuid));
	if (pwrite(fd, &area, sizeof(area), 0) != sizeof(area) || fsync(fd))
		ret = -errno;
	close(fd);
	return ret;
}

int swapdev_on(const char *name, int priority, unsigned int pages)
{
	char path[300], device[300];
	int64_t sectors;
	int ret, flags = 0;

	snprintf(path, sizeof(path), "/sys/block/%.200s/size", name);
	snprintf(device, sizeof(device), "/dev/%.200s", name);
	sectors = read_number(path);
	if (sectors == NONE || sectors < 1024)
		return -ENOSPC;
	if (pages == SWAPDEV_WHOLE)
		pages = sectors / (PAGE_BYTES / 512) - 1;
	ret = write_area(device, pages);
	if (ret)
		return ret;
	if (priority > 0)
		flags = SWAP_FLAG_PREFER | priority;
	if (swapon(device, flags) < 0)
		return -errno;
	active = true;
	return 0;
}

bool swapdev_active(void)
{
	return active;
}

static int is_virtio_disk(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "vd", 2);
}

/* The other disk is the user's.  Alone, the swap has no serial number. */
static bool is_swap(const char *name)
{
	char path[300], serial[64];

	snprintf(path, sizeof(path), "/sys/block/%.200s/serial", name);
	if (read_text(path, serial, sizeof(serial)) <= 0)
		return true;
	if (!strcmp(serial, "zsharness-disk") && strcmp(name, "vdb"))
		rec_notice("the second disk is /dev/%.32s", name);
	return strcmp(serial, "zsharness-disk");
}

bool swapdev_virtio(void)
{
	struct dirent **disks;
	int count = scandir("/sys/block", &disks, is_virtio_disk, alphasort);
	int ret = -ENODEV, i;
	bool found = false;

	for (i = 0; i < count; i++) {
		if (is_swap(disks[i]->d_name) && !found) {
			snprintf(virtio, sizeof(virtio), "/dev/%.200s",
				 disks[i]->d_name);
			ret = swapdev_on(disks[i]->d_name, 0,
					 SWAPDEV_WHOLE);
			found = true;
		}
		free(disks[i]);
	}
	if (count >= 0)
		free(disks);
	if (ret)
		rec_notice("no swap on a virtio disk: %s", strerror(-ret));
	return !ret;
}

int swapdev_resize(unsigned int pages)
{
	if (swapoff(virtio) < 0)
		return -errno;
	return swapdev_on(virtio + strlen("/dev/"), 0, pages);
}

/* One that fails for want of memory, as in a sweep, is no end of the lane. */
static int swapon_again(void)
{
	int tries = SWAPON_TRIES, ret;

	do
		ret = swapon(virtio, 0) < 0 ? -errno : 0;
	while (ret == -ENOMEM && --tries);
	return ret;
}

int swapdev_again(void)
{
	/* Without memory for all pages, swapoff gives up. */
	if (swapoff(virtio) < 0)
		return errno == EINTR || errno == ENOMEM ? 0 : -errno;
	return swapon_again();
}

void swapdev_record(void)
{
	char *text = read_whole("/proc/swaps"), *save = NULL, *line;

	rec_open("swap", '[');
	line = text ? strtok_r(text, "\n", &save) : NULL;
	while (line && (line = strtok_r(NULL, "\n", &save))) {
		char device[128], kind[32];
		long long kib;

		if (sscanf(line, "%127s %31s %lld", device, kind, &kib) != 3)
			continue;
		rec_open(NULL, '{');
		rec_str("device", device);
		rec_num("kib", kib);
		rec_close('}');
	}
	rec_close(']');
	free(text);
}

// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "coverage.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "records.h"

#define GCOV_DIR "/sys/kernel/debug/gcov"

/* Bytes of a counter file per record.  Base64 makes four bytes of three. */
#define PART_BYTES (36 * 1024)

static const char *sending;

void coverage_reset(void)
{
	write_text(GCOV_DIR "/reset", "1");
}

static void base64(const uint8_t *from, size_t size, char *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < size; i += 3) {
		uint32_t group = from[i] << 16;

		if (i + 1 < size)
			group |= from[i + 1] << 8;
		if (i + 2 < size)
			group |= from[i + 2];
		*to++ = digits[group >> 18];
		*to++ = digits[group >> 12 & 63];
		*to++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
		*to++ = i + 2 < size ? digits[group & 63] : '=';
	}
	*to = '\0';
}

static size_t read_part(int fd, uint8_t *part)
{
	size_t used = 0;
	ssize_t got;

	while (used < PART_BYTES) {
		got = read(fd, part + used, PART_BYTES - used);
		if (got <= 0)
			break;
		used += got;
	}
	return used;
}

static int send_file(const char *path, const struct stat *st, int type,
		     struct FTW *walk)
{
	static char text[PART_BYTES / 3 * 4 + 1];
	static uint8_t part[PART_BYTES];
	const char *name = path + walk->base;
	size_t length = strlen(name), size;
	int64_t number = 0;
	int fd;

	(void)st;
	if (type != FTW_F || length < 5 || strcmp(name + length - 5, ".gcda"))
		return 0;
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	while ((size = read_part(fd, part)) > 0) {
		base64(part, size, text);
		rec_begin("coverage");
		rec_str("lane", sending);
		rec_str("file", path + strlen(GCOV_DIR));
		rec_num("part", number++);
		rec_str("data", text);
		rec_send();
	}
	close(fd);
	return 0;
}

void coverage_send(const char *lane)
{
	sending = lane;
	nftw(GCOV_DIR, send_file, 8, FTW_PHYS);
}

// SPDX-License-Identifier: GPL-2.0
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "records.h"

static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		ssize_t got = read(fd, text + len, size - 1 - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		len += got;
	}
	text[len] = '\0';
	return len;
}

/* Reads the content without trailing newlines; the length, or -errno. */
ssize_t read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	text[0] = '\0';
	if (fd < 0)
		return -errno;
	len = read_all(fd, text, size);
	close(fd);
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	return len;
}

char *read_whole(const char *path)
{
	size_t size = 128 * 1024;
	char *text = malloc(size);

	if (text && read_text(path, text, size) < 0) {
		free(text);
		text = NULL;
	}
	return text;
}

int64_t read_number(const char *path)
{
	char text[64], *end;
	int64_t value;

	if (read_text(path, text, sizeof(text)) <= 0)
		return NONE;
	value = strtoll(text, &end, 0);
	return end == text ? NONE : value;
}

int64_t read_key(const char *path, const char *key)
{
	char *text = read_whole(path), *at = text, *end;
	size_t len = strlen(key);
	int64_t value = NONE;

	while (at && (strncmp(at, key, len) || at[len] != ' ')) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (at) {
		value = strtoll(at + len, &end, 10);
		if (end == at + len)
			value = NONE;
	}
	free(text);
	return value;
}

/* What the kernel says of itself, without its console. */
int64_t taint_flags(void)
{
	return read_number("/proc/sys/kernel/tainted");
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int write_number(const char *path, int64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, value);
	return write_text(path, text);
}

// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define PORT_NAME "zsharness.records"
#define PORT_CLASS "/sys/class/virtio-ports"

static int port = -1;

static bool find_port(char *device, size_t size)
{
	struct dirent *entry;
	DIR *dir = opendir(PORT_CLASS);
	bool found = false;

	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		char path[300], name[64];

		snprintf(path, sizeof(path), PORT_CLASS "/%.200s/name",
			 entry->d_name);
		if (read_text(path, name, sizeof(name)) < 0)
			continue;
		found = !strcmp(name, PORT_NAME);
		if (found)
			snprintf(device, size, "/dev/%.200s", entry->d_name);
	}
	closedir(dir);
	return found;
}

bool port_open(void)
{
	char device[256];
	int tries;

	/* The host announces the port only after the driver's probe. */
	for (tries = 0; tries < 100; tries++) {
		if (find_port(device, sizeof(device))) {
			port = open(device, O_WRONLY | O_CLOEXEC);
			if (port >= 0)
				return true;
		}
		usleep(50 * 1000);
	}
	return false;
}

void port_close(void)
{
	if (port >= 0)
		close(port);
	port = -1;
}

int port_swap(int fd)
{
	int before = port;

	port = fd;
	return before;
}

void port_write(const char *text, size_t length)
{
	size_t sent = 0;

	while (port >= 0 && sent < length) {
		ssize_t wrote = write(port, text + sent, length - sent);

		if (wrote > 0)
			sent += wrote;
		else if (wrote < 0 && errno != EINTR && errno != EAGAIN)
			break;
	}
}

void say(const char *format, ...)
{
	char text[600];
	va_list args;
	int len, fd;

	len = snprintf(text, sizeof(text), "<5>zsharness: ");
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len - 1, format, args);
	va_end(args);
	strcat(text, "\n");
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		errno = 0;
	close(fd);
}

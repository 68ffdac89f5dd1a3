/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Small files of proc, sysfs and debugfs. */
ssize_t read_text(const char *path, char *text, size_t size);
char *read_whole(const char *path);
int64_t read_number(const char *path);
/* The number behind the key that begins a line, or NONE. */
int64_t read_key(const char *path, const char *key);
int64_t taint_flags(void);
int write_text(const char *path, const char *text);
int write_number(const char *path, int64_t value);

#endif

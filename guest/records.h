/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number that this kernel does not offer; it becomes null in a record. */
#define NONE INT64_MIN

/*
 * Typed records, one JSON object a line, over the virtio-serial port
 * "zsharness.records".  Only pid 1 writes them, so "seq" has no gaps.
 */
uint64_t records_count(void);
int64_t now_ms(void);

void rec_begin(const char *type);
void rec_send(void);

void rec_num(const char *key, int64_t value);
void rec_str(const char *key, const char *value);
void rec_bytes(const char *key, const char *data, size_t size);
void rec_hex(const char *key, uint64_t value);
void rec_bool(const char *key, bool value);
void rec_null(const char *key);
void rec_open(const char *key, char bracket);
void rec_close(char bracket);

void rec_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Send the notices that came before the first record. */
void rec_release_notices(void);

#endif

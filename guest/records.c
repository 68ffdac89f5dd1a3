// SPDX-License-Identifier: GPL-2.0
#include "records.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "port.h"

static uint64_t sequence;
static char line[64 * 1024];
static size_t used;

/* "hello" comes first: earlier notices wait for it. */
#define HELD_MAX 8
static char held[HELD_MAX][256];
static unsigned int held_count;

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

uint64_t records_count(void)
{
	return sequence;
}

static void put(const char *format, ...)
{
	va_list args;
	int wrote;

	va_start(args, format);
	wrote = vsnprintf(line + used, sizeof(line) - used, format, args);
	va_end(args);
	if (wrote > 0)
		used += wrote;
	if (used >= sizeof(line) - 2)
		used = sizeof(line) - 2;
}

static void put_bytes(const char *data, size_t size)
{
	size_t i;

	put("\"");
	for (i = 0; i < size; i++) {
		unsigned char c = data[i];

		if (c == '"' || c == '\\')
			put("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			put("\\u%04x", c);
		else
			put("%c", c);
	}
	put("\"");
}

static void put_quoted(const char *text)
{
	put_bytes(text, strlen(text));
}

static void put_key(const char *key)
{
	char last = used ? line[used - 1] : '{';

	if (last != '{' && last != '[')
		put(",");
	if (key) {
		put_quoted(key);
		put(":");
	}
}

void rec_num(const char *key, int64_t value)
{
	put_key(key);
	if (value == NONE)
		put("null");
	else
		put("%" PRId64, value);
}

void rec_str(const char *key, const char *value)
{
	if (!value) {
		rec_null(key);
		return;
	}
	put_key(key);
	put_quoted(value);
}

void rec_bytes(const char *key, const char *data, size_t size)
{
	put_key(key);
	put_bytes(data, size);
}

void rec_hex(const char *key, uint64_t value)
{
	put_key(key);
	put("\"0x%016" PRIx64 "\"", value);
}

void rec_bool(const char *key, bool value)
{
	put_key(key);
	put("%s", value ? "true" : "false");
}

void rec_null(const char *key)
{
	put_key(key);
	put("null");
}

void rec_open(const char *key, char bracket)
{
	put_key(key);
	put("%c", bracket);
}

void rec_close(char bracket)
{
	put("%c", bracket);
}

void rec_begin(const char *type)
{
	used = 0;
	put("{");
	rec_num("seq", sequence);
	rec_str("t", type);
	rec_num("ms", now_ms());
}

void rec_send(void)
{
	put("}");
	line[used++] = '\n';
	port_write(line, used);
	sequence++;
}

static void send_notice(const char *text)
{
	rec_begin("notice");
	rec_str("text", text);
	rec_send();
}

void rec_release_notices(void)
{
	unsigned int i;

	for (i = 0; i < held_count; i++)
		send_notice(held[i]);
	held_count = 0;
}

void rec_notice(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say("%s", text);
	if (sequence)
		send_notice(text);
	else if (held_count < HELD_MAX)
		snprintf(held[held_count++], sizeof(held[0]), "%.255s", text);
}

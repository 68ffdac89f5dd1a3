// SPDX-License-Identifier: GPL-2.0
/* Compiled without instrumentation: the callers say what they touch. */
#include "services.h"

#include "data.h"

static unsigned char byte_at(const struct content *content, int i)
{
	return content->object * 37 + content->generation * 101 + i * 7 + 3;
}

void data_fill(unsigned char *bytes, const struct content *content)
{
	struct data_header header = { DATA_MAGIC, content->object, content->size, content->generation };
	int i;

	__builtin_memcpy(bytes, &header, sizeof(header));
	for (i = sizeof(header); i < content->size; i++)
		bytes[i] = byte_at(content, i);
}

int data_differs(const unsigned char *bytes, const struct content *content)
{
	struct data_header header = { DATA_MAGIC, content->object, content->size, content->generation };
	int i;

	if (__builtin_memcmp(bytes, &header, sizeof(header)))
		return 1;
	for (i = sizeof(header); i < content->size; i++)
		if (bytes[i] != byte_at(content, i))
			return i + 1;
	return 0;
}

static int begins_at(unsigned long at, int object)
{
	struct data_header header;

	__builtin_memcpy(&header, (void *)at, sizeof(header));
	return header.magic == DATA_MAGIC && header.object == object;
}

long data_page_of(int object)
{
	unsigned long at, end = PAGES + (PAGES_RESERVED + PAGES_EACH) * PAGE_SIZE;

	for (at = PAGES; at + sizeof(struct data_header) <= end; at += 8) {
		if (!memory_is_live(at))
			at |= PAGE_SIZE - 8;
		else if (begins_at(at, object))
			return (at - PAGES) / PAGE_SIZE;
	}
	return -1;
}

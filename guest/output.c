// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "records.h"

#define READS_AT_ONCE 16

int output_open(struct output *output)
{
	int ends[2];

	output->fd = -1;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	output->fd = ends[0];
	return ends[1];
}

static void send(const struct output *output, const char *data, size_t size,
		 uint64_t offset)
{
	rec_begin("workloadOutput");
	rec_str("lane", "workload");
	rec_num("program", output->number);
	rec_str("name", output->name);
	rec_str("stream", output->stream);
	rec_num("offset", offset);
	rec_bytes("text", data, size);
	rec_send();
}

void output_flush(struct output *output)
{
	if (!output->pending)
		return;
	send(output, output->part, output->pending, output->sent);
	output->sent += output->pending;
	output->pending = 0;
}

static void take(struct output *output, const char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (output->total < OUTPUT_HEAD)
			output->part[output->pending++] = data[i];
		else
			output->tail[output->total % OUTPUT_TAIL] = data[i];
		output->total++;
		if (output->pending == OUTPUT_PART)
			output_flush(output);
	}
}

/* False when there is nothing to read now. */
static bool read_once(struct output *output)
{
	char data[4096];
	ssize_t got;

	if (output->fd < 0)
		return false;
	got = read(output->fd, data, sizeof(data));
	if (got > 0)
		take(output, data, got);
	if (got > 0 || (got < 0 && errno == EINTR))
		return true;
	if (got < 0 && errno == EAGAIN)
		return false;
	/* Nobody holds the other end. */
	close(output->fd);
	output->fd = -1;
	return false;
}

void output_read(struct output *output)
{
	int reads;

	for (reads = 0; reads < READS_AT_ONCE; reads++)
		if (!read_once(output))
			return;
}

static void send_tail(struct output *output)
{
	uint64_t at = output->sent;

	if (output->total - at > OUTPUT_TAIL)
		at = output->total - OUTPUT_TAIL;
	while (at < output->total) {
		size_t start = at % OUTPUT_TAIL, size = OUTPUT_PART;

		if (size > output->total - at)
			size = output->total - at;
		if (size > OUTPUT_TAIL - start)
			size = OUTPUT_TAIL - start;
		send(output, output->tail + start, size, at);
		at += size;
	}
}

void output_close(struct output *output)
{
	/* A pipe holds little, so this ends even if somebody still writes. */
	output_read(output);
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
	output_flush(output);
	send_tail(output);
}

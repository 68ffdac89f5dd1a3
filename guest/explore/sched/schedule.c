// SPDX-License-Identifier: GPL-2.0
#include "schedule.h"

#include <stdlib.h>
#include <string.h>

#include "defect.h"
#include "scenario.h"

void schedule_add(struct schedule *schedule, struct segment segment)
{
	if (schedule->count == SEGMENTS_MAX)
		defect("a schedule of more than %d switches", SEGMENTS_MAX);
	schedule->segments[schedule->count++] = segment;
}

static const char *parse_thread(const char **text, int *thread)
{
	char *end;
	long value = strtol(*text, &end, 10);

	if (end == *text || value < 1 || value > THREADS_MAX)
		return "a thread is a number from 1 to 3";
	*thread = value;
	*text = end;
	return NULL;
}

static const char *parse_until(const char **text, unsigned long *until)
{
	char *end;

	if (**text != ':')
		return "a thread is followed by : and the hooks that it runs through";
	++*text;
	if (!strncmp(*text, "end", 3)) {
		*until = TO_THE_END;
		*text += 3;
		return NULL;
	}
	*until = strtoul(*text, &end, 10);
	if (end == *text || **text == '-')
		return "a number of hooks, or end, follows :";
	*text = end;
	return NULL;
}

static const char *parse_word(const char **text, unsigned long *word)
{
	char *end;

	*word = strtoul(*text, &end, 16);
	if (end == *text || **text == '-' || !*word || *word & 7)
		return "w is followed by the address of a word";
	*text = end;
	return NULL;
}

static const char *parse_segment(const char **text, struct segment *segment)
{
	const char *wrong;

	*segment = (struct segment){ 0 };
	if (**text == 'w') {
		++*text;
		return parse_word(text, &segment->word);
	}
	if (**text == 'f') {
		++*text;
		segment->flush = 1;
		return parse_thread(text, &segment->thread);
	}
	wrong = parse_thread(text, &segment->thread);
	return wrong ? wrong : parse_until(text, &segment->until);
}

const char *schedule_parse(struct schedule *schedule, const char *text)
{
	schedule->count = 0;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		struct segment segment;
		const char *wrong = parse_segment(&text, &segment);

		if (wrong)
			return wrong;
		if (*text && *text != ' ')
			return "a space separates the parts";
		if (schedule->count == SEGMENTS_MAX)
			return "it has too many parts";
		schedule_add(schedule, segment);
	}
	if (!schedule->count || schedule->segments[schedule->count - 1].word)
		return "it is empty";
	return NULL;
}

void schedule_print(FILE *to, const struct schedule *schedule)
{
	int i;

	for (i = 0; i < schedule->count; i++) {
		const struct segment *segment = &schedule->segments[i];
		const char *space = i ? " " : "";

		if (segment->word)
			fprintf(to, "%sw%lx", space, segment->word);
		else if (segment->flush)
			fprintf(to, "%sf%d", space, segment->thread);
		else if (segment->until == TO_THE_END)
			fprintf(to, "%s%d:end", space, segment->thread);
		else
			fprintf(to, "%s%d:%lu", space, segment->thread, segment->until);
	}
}

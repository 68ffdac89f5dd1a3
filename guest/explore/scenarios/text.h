/* SPDX-License-Identifier: GPL-2.0 */
/* Scenarios as text: README.md has the form. */
#ifndef EXPLORE_TEXT_H
#define EXPLORE_TEXT_H

#include <stdio.h>

#include "scenario.h"

/* Returns NULL, or what is wrong and what to write instead. */
const char *operation_parse(const char *line, struct operation *operation);
void operation_text(char *buffer, int size, const struct operation *operation);
/* Ends the program with FILE:LINE: what, remedy. */
void scenario_read(const char *path, struct scenario *scenario);
void scenario_print(FILE *to, const struct scenario *scenario);
/* Sets *kind, or returns 0. */
int operation_kind_parse(const char *word, enum operation_kind *kind);

#endif

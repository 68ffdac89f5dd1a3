// SPDX-License-Identifier: GPL-2.0
#include "defect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *before, const char *format, va_list arguments)
{
	fflush(stdout);
	fputs(before, stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void defect(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("explorer: defect: ", format, arguments);
	exit(3);
}

void usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("", format, arguments);
	exit(2);
}

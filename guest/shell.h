/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHELL_H
#define SHELL_H

#include "config.h"

/*
 * Run a shell on the console until it ends.  It asks for a lane with a line
 * "NAME SECONDS" in /shell/ask, and reads the records from /shell/answer.
 */
void shell_serve(const struct config *config);

#endif

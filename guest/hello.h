/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HELLO_H
#define HELLO_H

#include "config.h"

/* The first record: what is live in this guest. */
void hello_record(const struct config *config);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HELLO_H
#define HELLO_H

#include "config.h"

/* Send the first record: the state of this guest. */
void hello_record(const struct config *config);

#endif

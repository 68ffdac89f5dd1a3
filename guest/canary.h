/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CANARY_H
#define CANARY_H

#include "config.h"

/*
 * Load zsh_canary, once: the kinds that spoil data need a running lane, all
 * others come before the first.
 */
void canary_before_lanes(const struct config *config);
void canary_under_load(const struct config *config);

#endif

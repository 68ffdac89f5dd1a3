/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_OBJECTS_H
#define EXPLORE_OBJECTS_H

void objects_save(void);
void objects_restore(void);
void objects_reset(void);

#endif

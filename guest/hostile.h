/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOSTILE_H
#define HOSTILE_H

/*
 * Not a fault: a console full of what terminals, parsers and pages obey, and
 * the same in a notice.  A kernel under it is to be found clean.
 */
#define HOSTILE_CONSOLE "hostile-console"

void hostile_console(void);

#endif

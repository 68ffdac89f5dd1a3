/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOSTILE_H
#define HOSTILE_H

/*
 * Not a fault: prints what terminals, parsers and web pages act on, on the
 * console and in notices.  The kernel's verdict must not suffer.
 */
#define HOSTILE_CONSOLE "hostile-console"

void hostile_console(void);

#endif

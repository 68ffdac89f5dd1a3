/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>

/* The virtio-serial port that carries the records. */
bool port_open(void);
void port_close(void);
/* Let the records go to this file; returns where they went before. */
int port_swap(int fd);
void port_write(const char *text, size_t length);

/* Print one line on the console, for its reader. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

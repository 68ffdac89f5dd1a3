/* SPDX-License-Identifier: GPL-2.0 */
/* The bytes of an object: a header that names it, and a pattern of its own. */
#ifndef EXPLORE_DATA_H
#define EXPLORE_DATA_H

struct content {
	int object, generation, size;
};

#define DATA_MAGIC 0x5a57415050494e47UL

struct data_header {
	unsigned long magic;		/* finds the page that the object lies in */
	unsigned short object, size;
	unsigned int generation;
};

void data_fill(unsigned char *bytes, const struct content *content);
/* 0, or where the bytes differ, from 1. */
int data_differs(const unsigned char *bytes, const struct content *content);
/* The number of the page, from PAGES, that the object begins in, or -1. */
long data_page_of(int object);

#endif

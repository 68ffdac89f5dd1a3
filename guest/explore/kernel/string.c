// SPDX-License-Identifier: GPL-2.0
/*
 * memcpy() and its like for the kernel's code. The Makefile renames its calls,
 * so that they do not end in libc's. They check the whole range first.
 */
#include "services.h"

void *kernel_memcpy(void *to, const void *from, size_t size);
void *kernel_memcpy(void *to, const void *from, size_t size)
{
	access_plain((unsigned long)from, size, ACCESS_READ, CALLER);
	access_plain((unsigned long)to, size, ACCESS_WRITE, CALLER);
	__builtin_memcpy(to, from, size);
	return to;
}

void *kernel_memset(void *to, int value, size_t size);
void *kernel_memset(void *to, int value, size_t size)
{
	access_plain((unsigned long)to, size, ACCESS_WRITE, CALLER);
	__builtin_memset(to, value, size);
	return to;
}

void *kernel_memmove(void *to, const void *from, size_t size);
void *kernel_memmove(void *to, const void *from, size_t size)
{
	access_plain((unsigned long)from, size, ACCESS_READ, CALLER);
	access_plain((unsigned long)to, size, ACCESS_WRITE, CALLER);
	__builtin_memmove(to, from, size);
	return to;
}

/* Byte by byte, so that a string without an end is caught where it leaves its object. */
static unsigned char byte_of(const char *at)
{
	access_plain((unsigned long)at, 1, ACCESS_READ, CALLER);
	return *at;
}

int kernel_strncmp(const char *first, const char *second, size_t size);
int kernel_strncmp(const char *first, const char *second, size_t size)
{
	for (; size; size--, first++, second++) {
		int difference = byte_of(first) - byte_of(second);

		if (difference || !*first)
			return difference;
	}
	return 0;
}

int kernel_strcmp(const char *first, const char *second);
int kernel_strcmp(const char *first, const char *second)
{
	return kernel_strncmp(first, second, ~0UL);
}

size_t kernel_strlen(const char *text);
size_t kernel_strlen(const char *text)
{
	size_t length = 0;

	while (byte_of(text + length))
		length++;
	return length;
}

#undef copy_page
void copy_page(void *to, void *from);
void copy_page(void *to, void *from)
{
	kernel_memcpy(to, from, PAGE_SIZE);
}

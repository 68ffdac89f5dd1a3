// SPDX-License-Identifier: GPL-2.0
/*
 * memcpy() and memset() of the kernel's code. The Makefile renames its calls,
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

#undef copy_page
void copy_page(void *to, void *from);
void copy_page(void *to, void *from)
{
	kernel_memcpy(to, from, PAGE_SIZE);
}

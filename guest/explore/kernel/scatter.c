// SPDX-License-Identifier: GPL-2.0
/* lib/scatterlist.c, as far as it is used. The rest is in line. */
#include "services.h"

#include <linux/scatterlist.h>

void sg_init_table(struct scatterlist *list, unsigned int count)
{
	__builtin_memset(list, 0, sizeof(*list) * count);
	sg_mark_end(&list[count - 1]);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
struct scatterlist *sg_next(struct scatterlist *list)
{
	return sg_is_last(list) ? NULL : list + 1;
}
#endif

void sg_init_one(struct scatterlist *list, const void *buffer, unsigned int size)
{
	sg_init_table(list, 1);
	sg_set_buf(list, buffer, size);
}

/* lib or crypto/scatterwalk.c; by another name, since few kernels have it. */
void copy_from_list(void *to, struct scatterlist *from, unsigned int start, unsigned int size)
	asm("memcpy_from_sglist");
void copy_from_list(void *to, struct scatterlist *from, unsigned int start, unsigned int size)
{
	unsigned int piece;

	for (; start >= from->length; from = sg_next(from))
		start -= from->length;
	for (; size; size -= piece, to += piece, from = sg_next(from), start = 0) {
		piece = min(size, from->length - start);
		access_plain((unsigned long)sg_virt(from) + start, piece, ACCESS_READ, CALLER);
		access_plain((unsigned long)to, piece, ACCESS_WRITE, CALLER);
		__builtin_memcpy(to, sg_virt(from) + start, piece);
	}
}

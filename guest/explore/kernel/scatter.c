// SPDX-License-Identifier: GPL-2.0
/* lib/scatterlist.c, as far as it is used. The rest is in line. */
#include "services.h"

#include <linux/scatterlist.h>

void sg_init_table(struct scatterlist *list, unsigned int count)
{
	__builtin_memset(list, 0, sizeof(*list) * count);
	sg_mark_end(&list[count - 1]);
}

void sg_init_one(struct scatterlist *list, const void *buffer, unsigned int size)
{
	sg_init_table(list, 1);
	sg_set_buf(list, buffer, size);
}

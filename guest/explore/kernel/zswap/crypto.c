// SPDX-License-Identifier: GPL-2.0
/*
 * A compressor whose output has the size that the scenario asks for. A page
 * holds a struct content; compressed, it is that content's pattern, which
 * decompression checks byte by byte.
 */
#include "services.h"

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <crypto/acompress.h>
#include <crypto/internal/acompress.h>

#include "data.h"

static int compress(struct acomp_req *request)
{
	struct content content;
	void *to = sg_virt(request->dst);

	access_plain((unsigned long)sg_virt(request->src), PAGE_SIZE, ACCESS_READ, CALLER);
	content = *(struct content *)sg_virt(request->src);
	access_plain((unsigned long)to, content.size, ACCESS_WRITE, CALLER);
	data_fill(to, &content);
	request->dlen = content.size;
	may_switch();
	return 0;
}

static int decompress(struct acomp_req *request)
{
	const unsigned char *from = sg_virt(request->src);
	struct data_header *header = (void *)from;
	struct content content = { .size = request->slen };
	int at;

	access_plain((unsigned long)from, request->slen, ACCESS_READ, CALLER);
	content.object = header->object;
	content.generation = header->generation;
	at = data_differs(from, &content);
	if (at)
		fail(FAIL_DATA, "what is decompressed is no object that was stored, from byte %d", at - 1);
	access_plain((unsigned long)sg_virt(request->dst), sizeof(content), ACCESS_WRITE, CALLER);
	*(struct content *)sg_virt(request->dst) = content;
	request->dlen = PAGE_SIZE;
	may_switch();
	return 0;
}

struct crypto_acomp *crypto_alloc_acomp_node(const char *name, u32 type, u32 mask, int node)
{
	struct crypto_acomp *acomp = allocate(sizeof(*acomp), GFP_KERNEL | __GFP_ZERO, "compressor", NULL);

	acomp->compress = compress;
	acomp->decompress = decompress;
	return acomp;
}

void crypto_destroy_tfm(void *memory, struct crypto_tfm *tfm)
{
	kfree(memory);
}

int crypto_has_alg(const char *name, u32 type, u32 mask)
{
	return 1;
}

struct acomp_req *acomp_request_alloc(struct crypto_acomp *acomp)
{
	struct acomp_req *request = allocate(sizeof(*request), GFP_KERNEL | __GFP_ZERO, "request", NULL);

	acomp_request_set_tfm(request, acomp);
	return request;
}

void acomp_request_free(struct acomp_req *request)
{
	kfree(request);
}

/* The compressor answers at once, so nobody waits. */
void crypto_req_done(struct crypto_async_request *request, int error)
{
}

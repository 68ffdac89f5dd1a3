// SPDX-License-Identifier: GPL-2.0
/*
 * A compressor whose output has the size that the scenario asks for. A page
 * holds a struct content; compressed, it is that content's pattern, which
 * decompression checks byte by byte. It answers at once, and does not sleep,
 * as the kernel's software compressors.
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

/* The object may lie in two pieces. */
static void gather(unsigned char *to, struct scatterlist *from, unsigned int size)
{
	unsigned int piece;

	for (; size; size -= piece, to += piece, from = sg_next(from)) {
		if (!from)
			fail(FAIL_DATA, "what is decompressed is %u bytes short", size);
		piece = min(size, from->length);
		access_plain((unsigned long)sg_virt(from), piece, ACCESS_READ, CALLER);
		__builtin_memcpy(to, sg_virt(from), piece);
	}
}

static int decompress(struct acomp_req *request)
{
	/* Between two pieces another thread may run. */
	static unsigned char copies[FIBERS][PAGE_SIZE];
	unsigned char *bytes = copies[current_fiber];
	struct data_header *header = (void *)bytes;
	struct content content;
	int at;

	gather(bytes, request->src, request->slen);
	content = (struct content){ header->object, header->generation, header->size };
	if (content.size != request->slen)
		fail(FAIL_DATA, "%u bytes are decompressed of an object of %d", request->slen, content.size);
	at = data_differs(bytes, &content);
	if (at)
		fail(FAIL_DATA, "what is decompressed is no object that was stored, from byte %d", at - 1);
	access_plain((unsigned long)sg_virt(request->dst), sizeof(content), ACCESS_WRITE, CALLER);
	*(struct content *)sg_virt(request->dst) = content;
	request->dlen = PAGE_SIZE;
	may_switch();
	return 0;
}

#ifdef COMP_ALG_COMMON
static struct comp_alg_common algorithm;
#define TELL_ALGORITHM(acomp) ((acomp)->base.__crt_alg = &algorithm.base)
#else
#define TELL_ALGORITHM(acomp)
#endif

struct crypto_acomp *crypto_alloc_acomp_node(const char *name, u32 type, u32 mask, int node)
{
	struct crypto_acomp *acomp = allocate(sizeof(*acomp), GFP_KERNEL | __GFP_ZERO, "compressor", NULL);

	acomp->compress = compress;
	acomp->decompress = decompress;
	TELL_ALGORITHM(acomp);
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

/* Since 6.15 requests are allocated in line, and these are functions. */
#ifdef acomp_request_alloc
int crypto_acomp_compress(struct acomp_req *request)
{
	return compress(request);
}

int crypto_acomp_decompress(struct acomp_req *request)
{
	return decompress(request);
}
#else
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
#endif

/* The compressor answers at once, so nobody waits. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
void crypto_req_done(struct crypto_async_request *request, int error)
#else
void crypto_req_done(void *request, int error)
#endif
{
}

// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { changedIn, definedIn } from './changed.ts'
import { kinOf } from './kin.ts'
import { readSource, structsIn } from './source.ts'

const TEXT = `// SPDX-License-Identifier: GPL-2.0
#define OBJ_TAG_BITS 1

struct zs_pool {
	spinlock_t lock;
	int pages_used[2];
};

static DEFINE_MUTEX(zram_index_mutex);

static const struct file_operations ops = {
	.open = zs_open,
};

static unsigned long obj_to_page(unsigned long obj)
{
	return obj >> OBJ_TAG_BITS;
}

void zs_free(struct zs_pool *pool, unsigned long handle)
{
	spin_lock(&pool->lock);
	if (handle) {
		obj_free(pool);
	}
	spin_unlock(&pool->lock);
}
EXPORT_SYMBOL_GPL(zs_free);

static int
zs_map(struct zs_pool *pool,
       struct page *page)
	__acquires(&pool->lock)
{
	return read_lock(&pool->migrate_lock);
}

static void count(void) {
	struct zs_pool pool;
}

static void other(struct page *page)
{
}
`
const lineOf = (part: string): number => TEXT.slice(0, TEXT.indexOf(part)).split('\n').length

test('the functions of a file, with their lines, structs and locks', () =>
  expect(readSource(TEXT).map(({ text: _, ...one }) => one)).toEqual([
    { name: 'obj_to_page', first: 15, last: 18, takes: [], structs: [], locks: [] },
    { name: 'zs_free', first: 20, last: 27, takes: ['zs_pool'], structs: ['zs_pool'], locks: ['pool->lock'] },
    {
      name: 'zs_map',
      first: 30,
      last: 36,
      takes: ['zs_pool', 'page'],
      structs: ['zs_pool', 'page'],
      locks: ['pool->migrate_lock'],
    },
    { name: 'count', first: 38, last: 40, takes: [], structs: ['zs_pool'], locks: [] },
    { name: 'other', first: 42, last: 44, takes: ['page'], structs: ['page'], locks: [] },
  ]))

test('the structs of a file', () => expect(structsIn(TEXT)).toEqual(['zs_pool']))

describe('what changes', () => {
  test.each<[string, number, number, readonly string[]]>([
    ['a line of a function', lineOf('obj_free(pool)'), 1, ['zs_free']],
    ['lines of two functions', lineOf('return obj >>'), 8, ['obj_to_page', 'zs_free']],
    ['a declaration', lineOf('struct page *page)\n\t__acquires'), 1, ['zs_map']],
    ['lines added within a function', lineOf('obj_free(pool)'), 0, ['zs_free']],
    ['lines added after a function', lineOf('}\nEXPORT'), 0, []],
    ['lines added before a function', lineOf('void zs_free') - 1, 0, []],
  ])('%s', (_, line, count, functions) => expect(changedIn(TEXT, [{ line, count }])).toEqual({ functions, names: [] }))

  test('macros and fields', () =>
    expect(changedIn(TEXT, [{ line: 1, count: 7 }])).toEqual({
      functions: [],
      names: ['OBJ_TAG_BITS', 'lock', 'pages_used'],
    }))

  test.each<[string, readonly string[]]>([
    ['#define OBJ_TAG_MASK	(A | B)', ['OBJ_TAG_MASK']],
    ['	unsigned int fullness:FULLNESS_BITS;', ['fullness']],
    ['	struct list_head *list;', ['list']],
    ['	unsigned long arr[MAX][2];', ['arr']],
    [' * a comment;', []],
    ['};', []],
  ])('%s', (line, names) => expect(definedIn([line])).toEqual(names))
})

describe('who shares the data of a changed function', () => {
  const kin = (functions: readonly string[], names: readonly string[] = []) =>
    Object.fromEntries(kinOf([TEXT], { functions, names }).shares)
  test('who names the same struct of the file', () =>
    expect(kin(['zs_free'])).toEqual({ zs_map: 'type', count: 'type' }))
  test('who takes the same struct where the file defines none that it has', () =>
    expect(kin(['other'])).toEqual({ zs_map: 'type' }))
  test('who uses a macro that changes', () => expect(kin([], ['OBJ_TAG_BITS'])).toEqual({ obj_to_page: 'data' }))
  test('who takes the same lock', () => {
    const text = TEXT.replace('struct zs_pool pool;', 'spin_lock_irq(&pool->lock);')
    expect(kinOf([text], { functions: ['zs_free'], names: [] }).shares.get('count')).toBe('data')
  })
})

// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseAtPoint } from '../../inputs/hold/parse.ts'
import { fixtureCode, fixtureFiles } from '../../testing/fakecode.ts'
import type { KernelCode } from './code.ts'
import type { LineIn } from './place.ts'
import { type Points, resolveHolds } from './resolve.ts'

const x86 = await fixtureCode('x86_64-6.12')
const arm64 = await fixtureCode('arm64-6.12')

const resolve = (code: KernelCode, text: string, lineIn?: LineIn): Promise<Points> =>
  resolveHolds([parseAtPoint(text, '--hold')], code, lineIn)

test('what the guest gets of a hold with two keys', async () =>
  expect(await resolve(x86, 'zs_free:rsi until zpool_free:arg1 for 2ms in kworkers during race')).toEqual({
    probes: [
      { symbol: 'zs_free', offset: 0, at: 'entry', key: 'reg:13', whom: 'kworkers', name: 'zs_free:rsi in kworkers' },
      { symbol: 'zpool_free', offset: 0, at: 'return', key: 'arg1', whom: 'any', name: 'zpool_free:return:arg1' },
    ],
    armed: [
      {
        text: 'zs_free:rsi in kworkers until zpool_free:arg1 for 2ms during race',
        probe: 0,
        until: 1,
        us: 2000,
        lanes: ['race'],
      },
    ],
    notes: [],
  }))

test('what the guest gets of an override', async () =>
  expect(await resolve(x86, 'zpool_malloc returns -ENOMEM for 3 calls in calls from zs_free')).toMatchObject({
    probes: [{ symbol: 'zpool_malloc', offset: 0, at: 'entry', key: '-', whom: 'from:zs_free+0x0/0x1c0' }],
    armed: [{ probe: 0, value: -12n, calls: 3 }],
  }))

test('points that are the same are one probe', async () => {
  const texts = ['zs_free until zpool_free', 'zpool_free:return for 1ms', 'zs_free in cpu 1']
  const points = await resolveHolds(
    texts.map((text) => parseAtPoint(text, '--hold')),
    x86,
  )
  expect(points.probes.map(({ symbol, at, whom }) => `${symbol} ${at} ${whom}`)).toEqual([
    'zs_free entry any',
    'zpool_free return any',
    'zs_free entry cpu:1',
  ])
  expect(points.armed).toMatchObject([{ probe: 0, until: 1 }, { probe: 1, until: null }, { probe: 2 }])
})

// Reports add up counters by this name.
test('points of one place for other tasks have names of their own', async () => {
  const texts = [
    'zs_free for 1ms in kworkers',
    'zs_free for 1ms in task zswap-shrink',
    'zs_free in calls from obj_free',
  ]
  const { probes } = await resolveHolds(
    texts.map((text) => parseAtPoint(text, '--hold')),
    x86,
  )
  expect(probes.map(({ name }) => name)).toEqual([
    'zs_free in kworkers',
    'zs_free in task zswap-shrink',
    'zs_free in calls from obj_free',
  ])
})

const spotOf = async (code: KernelCode, text: string, lineIn?: LineIn): Promise<string> => {
  const [probe] = (await resolve(code, text, lineIn)).probes
  return `${probe!.symbol}+${probe!.offset}`
}

// These offsets were read in the disassembly, not computed.
test.each<[string, KernelCode, string, string]>([
  ['a call', x86, 'zs_free>_raw_spin_lock', 'zs_free+257'],
  ['after it', x86, 'zs_free<_raw_spin_lock', 'zs_free+262'],
  ['a lock whose inline wrapper makes the call', x86, 'zs_free>spin_lock', 'zs_free+254'],
  ['after it', x86, 'zs_free<spin_lock', 'zs_free+262'],
  ['a lock that is a macro', x86, 'zs_free>read_lock', 'zs_free+53'],
  ['a lock that was inlined as a whole', arm64, 'zs_free>spin_lock', 'zs_free+296'],
  ['after it, where its slow path comes back', arm64, 'zs_free<spin_lock', 'zs_free+428'],
  ['a macro that was inlined', arm64, 'zs_free>read_lock', 'zs_free+116'],
  ['after it', arm64, 'zs_free<read_lock', 'zs_free+208'],
  ['a release, between whose instructions are others', arm64, 'zs_free>spin_unlock', 'zs_free+560'],
  ['after it', x86, 'zs_free<spin_unlock', 'zs_free+384'],
  ['a call through a pointer', x86, 'zpool_free>*', 'zpool_free+52'],
  ['after it', x86, 'zpool_free<*', 'zpool_free+55'],
  ['after a call in code that was moved to the end', x86, 'zs_free<free_zspage', 'zs_free+433'],
  ['a line', x86, 'mm/zsmalloc.c:1468', 'zs_free+343'],
  ['a line with nothing but an inlined call', x86, 'mm/zsmalloc.c:1462', 'zs_free+254'],
  ['a line of an inlined function', x86, 'mm/zsmalloc.c:337', 'zs_free+370'],
  ['an offset', x86, 'zs_free+0x10', 'zs_free+16'],
])('%s', async (_, code, text, spot) => expect(await spotOf(code, text)).toBe(spot))

test('before a call, an argument is that of the callee', async () =>
  expect(await resolve(x86, 'zs_free>kmem_cache_free:arg1 until obj_free:arg1')).toMatchObject({
    probes: [{ offset: 399, key: 'arg1' }, {}],
  }))

test('a line of the tree is looked for where the patch moved it', async () => {
  expect(await spotOf(x86, 'mm/zsmalloc.c:1400', (_, line) => line + 68)).toBe('zs_free+343')
  await expect(resolve(x86, 'mm/zsmalloc.c:1468', () => undefined)).rejects.toThrow(
    'the patch changes or removes mm/zsmalloc.c:1468',
  )
})

const files = fixtureFiles('x86_64-6.12', 'mm/zsmalloc.o')
const withNames = async (...lines: string[]): Promise<KernelCode> =>
  fixtureCode('x86_64-6.12', { systemMap: async () => `${await files.systemMap()}${lines.join('\n')}\n` })

test('no line of a header is proposed: it would be refused', async () => {
  const code = await fixtureCode('x86_64-6.12', {
    callsAt: async (addresses) => {
      const calls = await files.callsAt(addresses)
      const inHeader = (file: string | undefined) => file?.replace('mm/zsmalloc.c', 'include/linux/zsmalloc.h')
      return new Map(
        [...calls].map(([at, list]) => [
          at,
          list.map((one) => (one.function === 'obj_to_page' ? { ...one, file: inHeader(one.file) } : one)),
        ]),
      )
    },
  })
  const hint = 'write zs_free>obj_to_page for where its code begins in zs_free'
  await expect(resolve(code, 'obj_to_page')).rejects.toMatchObject({ hint, message: expect.stringContaining('.h:') })
})

describe('the kernel takes the first function of a name', () => {
  test.each(['mm/zsmalloc.c:1468', 'zs_free>obj_free'])('so %s in one of two is refused', async (text) =>
    expect(resolve(await withNames('ffffffff80276420 t zs_free'), text)).rejects.toThrow(
      text.includes(':') ? 'it is in zs_free, and 2 functions are named so' : '2 functions are named zs_free',
    ),
  )
  test('another name of the same code is used where there is one', async () => {
    const code = await withNames('ffffffff80276420 t zs_free', 'ffffffff81276270 t zs_free_alias')
    for (const text of ['mm/zsmalloc.c:1468', 'zs_free_alias'])
      expect((await resolve(code, text)).probes[0]!.symbol).toBe('zs_free_alias')
    expect((await resolve(code, 'obj_free in calls from zs_free_alias')).probes[0]!.whom).toMatch(
      /^from:zs_free_alias\+/,
    )
  })
})

describe('copies and parts of functions', () => {
  const clone = 'ffffffff81276420 t zs_reclaim_page.constprop.0'
  test('the only copy is found by the name of the source', async () => {
    const code = await withNames(clone)
    expect(await spotOf(code, 'zs_reclaim_page')).toBe('zs_reclaim_page.constprop.0+0')
    await expect(resolve(code, 'zs_reclaim_page:arg1 until zs_free:arg1')).rejects.toThrow(
      'may have changed the arguments of zs_reclaim_page.constprop.0',
    )
  })
  test('of several copies one has to be named', async () =>
    expect(
      resolve(await withNames(clone, 'ffffffff81276428 t zs_reclaim_page.isra.0'), 'zs_reclaim_page'),
    ).rejects.toThrow('made 2 copies of zs_reclaim_page: zs_reclaim_page.constprop.0, zs_reclaim_page.isra.0'))
  test('a copy beside the function is noted', async () =>
    expect(await resolve(await withNames('ffffffff81276420 t obj_free.constprop.0'), 'obj_free')).toMatchObject({
      notes: ['the compiler also made obj_free.constprop.0 of obj_free: not held there'],
    }))
  test('a part is no function', async () =>
    expect(resolve(await withNames('ffffffff81276420 t zs_free.part.0'), 'zs_free.part.0')).rejects.toThrow(
      'is a part of a function',
    ))
})

test('a tail call has a before and no after', async () => {
  const code = await fixtureCode('x86_64-6.12', {
    disassemble: async (...range) =>
      (await files.disassemble(...range)).replace('call   ffffffff81276270', 'jmp    ffffffff81276270'),
  })
  expect(await spotOf(code, 'zs_zpool_free>zs_free')).toBe('zs_zpool_free+4')
  await expect(resolve(code, 'zs_zpool_free<zs_free')).rejects.toThrow('tail call')
})

test('a static branch takes no probe', async () => {
  const entries = Buffer.alloc(16)
  entries.writeInt32LE(Number(0xffffffff81276280n - 0xffffffff81967330n))
  const code = await fixtureCode('x86_64-6.12', {
    systemMap: async () => (await files.systemMap()).replace('ffffffff81967330 D __stop', 'ffffffff81967340 D __stop'),
    bytes: async () => entries,
  })
  await expect(resolve(code, 'zs_free+0x10')).rejects.toThrow('static branch')
})

describe('refused before the boot, with what to write instead', () => {
  test.each<[KernelCode, string, string, RegExp]>([
    [x86, 'zs_fre', 'this kernel has no function zs_fre — did you mean zs_free?', /System\.map/],
    [
      x86,
      'obj_to_page',
      'it was inlined into zs_free (mm/zsmalloc.c:772)',
      /^write zs_free>obj_to_page .*mm\/zsmalloc\.c:772$/,
    ],
    [x86, 'mem_section', 'mem_section is not a function', /function/],
    [x86, 'do_int3', 'NOKPROBE_SYMBOL', /callers/],
    [x86, 'irqentry_enter', '.noinstr.text', /callers/],
    [x86, 'zs_init', 'gone after boot', /callers/],
    [x86, 'zs_free+0x1', 'zs_free+0x1 is not the start of an instruction', /^write zs_free\+0x0 or zs_free\+0x4$/],
    [x86, 'zs_free+0x1c0', 'beyond its end', /within/],
    [x86, 'zs_free+0x1bc', 'kprobes refuse ud2', /another instruction/],
    [arm64, 'zs_free+0x2', 'is not the start of an instruction', /zs_free\+0x0 or zs_free\+0x4/],
    [arm64, 'zs_free+0x194', 'within an exclusive load and store', /another instruction/],
    [x86, 'mm/zsmalloc.c:1451', 'has no code', /mm\/zsmalloc\.c:1450 \(zs_free\), mm\/zsmalloc\.c:1457 \(zs_free\)/],
    [x86, 'mm/zswap.c:10', 'this kernel has no object of mm/zswap.c', /compile/],
    [x86, 'include/linux/mm.h:10', 'is no .c file', /CALLEE/],
    [x86, 'zs_free>obj_malloc', 'zs_free calls no obj_malloc', /it calls .*obj_free.*zs_free>\*/],
    [x86, 'zs_free>fix_fulness_group', 'did you mean fix_fullness_group?', /it calls/],
    [x86, 'zs_free>*', 'calls nothing through a pointer', /function/],
    [x86, 'zs_free>obj_free#2', 'zs_free calls obj_free once: at mm/zsmalloc.c:1466', /up to 1/],
    [x86, 'zs_free>spin_lock:arg0 until obj_free:arg0', 'was inlined into zs_free', /register/],
    [x86, 'zs_free:x0 until obj_free:arg0', 'x86_64 has no register x0', /rdi/],
    [arm64, 'zs_free:rdi until obj_free:arg0', 'arm64 has no register rdi', /x0/],
    [x86, 'zs_free in calls from nobody', 'in calls from nobody: this kernel has no function nobody', /own/],
    [x86, 'zs_free in calls from obj_to_page', 'it was inlined into zs_free', /own/],
  ])('%#: %s', async (code, text, wrong, hint) => {
    const failed = resolve(code, text)
    await expect(failed).rejects.toThrow(wrong)
    await expect(failed).rejects.toMatchObject({ exitCode: 2, hint: expect.stringMatching(hint) })
    await expect(failed).rejects.toThrow(/^'/)
  })

  test('two functions of one name, with their files', async () => {
    const code = await withNames('ffffffff81276420 t put_page', 'ffffffff81276428 t put_page')
    await expect(resolve(code, 'put_page')).rejects.toThrow(/2 functions are named put_page: in mm\/zsmalloc\.c, /)
  })
})

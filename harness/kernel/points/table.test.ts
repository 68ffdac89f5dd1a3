// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { jumpLabels } from './jumplabels.ts'
import { baseName, isPartial, readTable } from './table.ts'

const MAP = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000010 t zs_reclaim_page.constprop.0
ffffffff81000040 T __x64_sys_read
ffffffff81000040 T __se_sys_read
ffffffff81000080 t probed
ffffffff810000a0 t shared
ffffffff810000c0 t shared
ffffffff810000e0 T __noinstr_text_start
ffffffff810000e0 T irqentry_enter
ffffffff81000100 T __noinstr_text_end
ffffffff81000100 t zs_create_pool.cold
ffffffff81000110 T _etext
ffffffff81200000 D __init_begin
ffffffff81200000 T _sinittext
ffffffff81200000 t zs_init
ffffffff81200020 T _einittext
ffffffff81200020 d _kbl_addr_probed
ffffffff81300000 D __init_end
ffffffff81300008 b zswap_pools
`
const table = readTable(MAP)
const [read] = table.byName.get('__se_sys_read')!

test('a function ends where the next one begins; two names of one address are one function', () => {
  expect(read).toEqual({
    name: '__x64_sys_read',
    names: ['__x64_sys_read', '__se_sys_read'],
    address: 0xffffffff81000040n,
    size: 0x40,
  })
  expect(table.functionAt(0xffffffff8100007fn)).toBe(read)
  expect(table.functionAt(0xffffffff81000080n)?.name).toBe('probed')
  expect(table.functionAt(0xffffffff90000000n)).toBeUndefined()
  expect(table.byName.get('shared')).toHaveLength(2)
})

test('marks are no functions, data is none either', () => {
  expect(table.byName.has('_stext')).toBe(false)
  expect(table.byName.has('__noinstr_text_start')).toBe(false)
  expect(table.byName.has('zswap_pools')).toBe(false)
  expect(table.markers.get('zswap_pools')).toBe(0xffffffff81300008n)
})

test('copies of a function are found by its name; moved code is no copy', () => {
  expect(table.clones.get('zs_reclaim_page')?.map(({ name }) => name)).toEqual(['zs_reclaim_page.constprop.0'])
  expect(table.clones.has('zs_create_pool')).toBe(false)
})

test.each([
  ['irqentry_enter', /\.noinstr\.text/],
  ['zs_init', /gone after boot/],
  ['probed', /NOKPROBE_SYMBOL/],
])('%s takes no probe', (name, why) => expect(table.refusal(table.byName.get(name)![0]!)).toMatch(why))

test('other functions take probes', () => expect(table.refusal(read!)).toBeUndefined())

test.each([
  ['zs_free', 'zs_free', false],
  ['zs_free.isra.0', 'zs_free', false],
  ['zs_free.constprop.0.isra.0', 'zs_free', false],
  ['zs_free.part.0', 'zs_free', true],
  ['zs_free.part.0.cold', 'zs_free', true],
  ['zs_free.llvm.1234', 'zs_free', false],
])('%s is of %s', (name, base, partial) => {
  expect(baseName(name)).toBe(base)
  expect(isPartial(name)).toBe(partial)
})

test('the places of static branches', async () => {
  const markers = new Map([
    ['__start___jump_table', 0x1000n],
    ['__stop___jump_table', 0x1020n],
  ])
  const entries = Buffer.alloc(32)
  entries.writeInt32LE(-0x800, 0)
  entries.writeInt32LE(0x10, 16)
  expect(await jumpLabels(markers, { bytes: async () => entries })).toEqual(new Set([0x800n, 0x1020n]))
  expect(await jumpLabels(new Map(), { bytes: () => Promise.reject(new Error('not read')) })).toEqual(new Set())
})

// A probe on __asan_load8 made a good kernel reset without a word: its handler is checked by KASAN too.
test.each([
  '__asan_load8',
  '__hwasan_store4_noabort',
  'kasan_check_range',
  '__kasan_check_read',
  '__tsan_read8',
  '__sanitizer_cov_trace_pc',
  '__ubsan_handle_out_of_bounds',
  '__x86_return_thunk',
])('%s takes no probe: every probe runs it', (name) => {
  const { byName, refusal } = readTable(`${MAP}ffffffff81000050 t ${name}\n`)
  expect(refusal(byName.get(name)![0]!)).toMatch('the kernel would die')
})

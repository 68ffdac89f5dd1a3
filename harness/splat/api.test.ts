// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readCorpus } from '../testing/corpus.ts'
import { readSplats } from '../testing/splats.ts'
import { createSplatReader, matchesSignature } from './index.ts'

const corpus = (name: string): Buffer => readCorpus(name).log

const RACE = {
  families: ['oops', 'kasan'],
  stack: ['zswap_writeback_entry', 'shrink_worker'],
  workqueue: 'zswap-shrink',
}

test.each([
  'oops/captured-x86-zsmalloc-race-6.1.log',
  'kasan/captured-x86-zsmalloc-race-6.1.log',
  'oops/x86-gpf-zsmalloc-race-6.1.log',
  'kasan/arm64-wild-access-zsmalloc-race-6.2.log',
])('the race of the zswap shrinker is recognised by its stack and workqueue: %s', (name) => {
  for (const splat of readSplats(corpus(name))) expect(matchesSignature(splat, RACE)).toBe(true)
})

test.each<[string, Partial<typeof RACE>]>([
  ['another order', { stack: ['shrink_worker', 'zswap_writeback_entry'] }],
  ['a function that is not there', { stack: ['zswap_writeback_entry', 'vfs_read'] }],
  ['another family', { families: ['warning'] }],
  ['another workqueue', { workqueue: 'events' }],
])('a signature does not match: %s', (_, change) => {
  const [splat] = readSplats(corpus('oops/x86-gpf-zsmalloc-race-6.1.log'))
  expect(matchesSignature(splat!, { ...RACE, ...change })).toBe(false)
})

test('a compiler suffix and an inlined call count as the function', () => {
  const [splat] = readSplats(corpus('oops/x86-gpf-zsmalloc-race-6.1.log'))
  expect(matchesSignature(splat!, { families: ['oops'], stack: ['obj_to_location', 'zs_map_object'] })).toBe(true)
  const [inlined] = readSplats(corpus('kernel-bug/x86-syzbot-inline.log'))
  expect(
    matchesSignature(inlined!, { families: ['kernel-bug'], stack: ['skb_over_panic', 'isotp_rcv_cf', 'deliver'] }),
  ).toBe(true)
})

test('expected OOM kills are no splats, but an OOM panic is', () => {
  expect(readSplats(corpus('oom/x86-full-6.1.log'), { expectOomKills: true })).toEqual([])
  const left = readSplats(corpus('oom/x86-then-panic-5.10.log'), { expectOomKills: true })
  expect(left.map(({ family, kind }) => `${family}/${kind}`)).toEqual(['panic/oom'])
})

test('a live run learns of the header and of the panic before the report ends', () => {
  const headers: string[] = []
  const reader = createSplatReader({
    onHeader: ({ title, panicked }) => headers.push(`${title}${panicked ? '!' : ''}`),
  })
  const log = corpus('oops/captured-x86-zsmalloc-race-6.1.log').toString('latin1')
  const at = log.indexOf('#PF: supervisor')
  reader.push(log.slice(0, at))
  expect(headers).toEqual(['BUG: unable to handle kernel NULL pointer dereference'])
  reader.push(log.slice(at))
  expect(headers.at(-1)).toBe('kernel panic: Fatal exception!')
  expect(reader.end()).toHaveLength(1)
})

test('a splat is delivered as soon as its report is over, and only the first ones are kept', () => {
  const log = corpus('warning/two-independent.log').toString('latin1')
  let given = 0
  const reader = createSplatReader({ maxSplats: 1, onSplat: () => (given += 1) })
  reader.push(log)
  expect(given).toBe(1)
  expect(reader.end()).toHaveLength(1)
  expect(reader.stats.dropped).toBe(1)
})

test('later reports of a broken kernel follow from the first; independent ones do not', () => {
  const caused = readSplats(corpus('kasan/then-oops-of-same-cause.log'))
  expect(caused.map(({ consequenceOf }) => consequenceOf)).toEqual([null, 0])
  const independent = readSplats(corpus('warning/two-independent.log'))
  expect(independent.map(({ consequenceOf }) => consequenceOf)).toEqual([null, null])
})

test('the same report from another build has the same title and fingerprint', () => {
  const log = corpus('oops/x86-gpf-zsmalloc-race-6.1.log').toString('latin1')
  const other = log
    .replaceAll(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '+0x7/0x77')
    .replaceAll('.isra.0', '.constprop.3')
    .replaceAll('0xdffffc0000000000', '0xdffffc0000000001')
  const [one] = readSplats(log)
  const [two] = readSplats(other)
  expect([two?.title, two?.fingerprint]).toEqual([one?.title, one?.fingerprint])
})

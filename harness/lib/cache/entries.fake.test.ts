// SPDX-License-Identifier: MIT
import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tryLock } from '../locks/lock.ts'
import { ageMs, sizeBytes } from './clean.ts'
import { type CacheEntry, chooseStale, dropEntry, listEntries, sweepStaging } from './entries.ts'
import { chooseBeyond, entrySizes } from './size.ts'
import { lockFile, obtain } from './store.ts'

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zsharness-cache-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

const entry = (key: string, usedAt: number, kind: CacheEntry['kind'] = 'builds', compiled = 0): CacheEntry => ({
  kind,
  key,
  compiled,
  usedAt,
})
const keys = (entries: readonly CacheEntry[]): string[] => entries.map(({ key }) => key).sort()

describe('what is stale', () => {
  test('unused for too long', () => {
    expect(keys(chooseStale([entry('old', 0), entry('new', 90)], 100, 50))).toEqual(['old'])
  })
  test('beyond the number kept, the longest unused first, each kind for itself', () => {
    const entries = [entry('a', 1), entry('b', 2), entry('c', 3), entry('t', 0, 'trees')]
    expect(keys(chooseStale(entries, 4, 1_000, { builds: 2, trees: 1 }))).toEqual(['a'])
  })
  test('many cheap kernels do not push out the one that they are made of', () => {
    const entries = [entry('whole', 0, 'builds', 742), entry('a', 1), entry('b', 2)]
    expect(keys(chooseStale(entries, 3, 1_000, { builds: 1, 'costly builds': 1 }))).toEqual(['a'])
  })
  test.each([
    ['90m', 5_400_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
  ])('%s is %i ms', (text, ms) => {
    expect(ageMs(text)).toBe(ms)
  })
  test.each(['', '7', '7w', '-1d', 'd'])('%j is no age', (text) => {
    expect(() => ageMs(text)).toThrow(/--older-than/)
  })
})

describe('what does not fit', () => {
  const newestFirst = [entry('c', 3), entry('b', 2), entry('a', 1)]

  test.each([
    [60, ''],
    [59, 'a'],
    [29, 'a b'],
    [9, 'a b c'],
    [0, 'a b c'],
  ])('into %i bytes: the longest unused go: %s', (limit, gone) => {
    const beyond = chooseBeyond(newestFirst, [10, 20, 30], limit)
    expect(beyond.map(({ key }) => key).join(' ')).toBe(gone)
  })

  test('what two share on the disk counts once, for the newer', async () => {
    for (const key of ['c', 'b']) await mkdir(join(cache, 'builds', key), { recursive: true })
    await writeFile(join(cache, 'builds/b/big'), Buffer.alloc(1 << 20, 1))
    await link(join(cache, 'builds/b/big'), join(cache, 'builds/c/big'))
    const [newer, older] = await entrySizes(cache, newestFirst.slice(0, 2))
    expect(newer).toBeGreaterThanOrEqual(1 << 20)
    expect(older).toBeLessThan(1 << 16)
  })

  test.each([
    ['500M', 524_288_000],
    ['20G', 21_474_836_480],
  ])('%s is %i bytes', (text, bytes) => expect(sizeBytes(text)).toBe(bytes))
  test.each(['', '20', '20GB', '-1G'])('%j is no size', (text) => expect(() => sizeBytes(text)).toThrow(/--max-size/))
})

describe('removing', () => {
  const make = async (): Promise<object> => ({ compiled: 742 })

  test('an entry that a run uses stays', async () => {
    const held = await obtain(join(cache, 'builds'), 'k', make)
    const [listed] = await listEntries(cache)
    expect(listed).toMatchObject({ kind: 'builds', key: 'k', compiled: 742 })
    expect(await dropEntry(cache, listed!)).toBe(false)
    await held[Symbol.asyncDispose]()
    expect(await dropEntry(cache, listed!)).toBe(true)
    expect(await listEntries(cache)).toEqual([])
  })

  test('half-made folders go, unless their maker still works', async () => {
    const root = join(cache, 'trees')
    for (const name of ['.staging-dead', '.staging-dead.archive', '.staging-busy'])
      await mkdir(join(root, name), { recursive: true })
    await using _lock = await tryLock(lockFile(root, 'busy'))
    expect(await sweepStaging(cache)).toBe(2)
    expect((await readdir(root)).filter((name) => name.startsWith('.staging'))).toEqual(['.staging-busy'])
  })
})

// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseAtPoint } from '../../inputs/hold/parse.ts'
import { fixtureCode } from '../../testing/fakecode.ts'
import { candidatesIn } from './candidates.ts'
import { changedBetween } from './changed.ts'
import { chooseCandidates } from './choose.ts'
import { resolveHolds } from './resolve.ts'

const root = mkdtempSync(join(tmpdir(), 'zsharness-candidates-'))
afterAll(() => rmSync(root, { recursive: true }))

const source = (name: string, text: string): string => {
  mkdirSync(join(root, name, 'mm'), { recursive: true })
  writeFileSync(join(root, name, 'mm/zsmalloc.c'), text)
  return join(root, name)
}

const FILE = 'mm/zsmalloc.c'
const BEFORE = `void zs_free(struct zs_pool *pool, unsigned long handle)
{
	spin_lock(&class->lock);
}

static void zs_zpool_free(void *pool, unsigned long handle)
{
	zs_free(pool, handle);
}
`
const before = source('before', BEFORE)
const after = source('after', BEFORE.replace('&class->lock', '&pool->lock'))

const placesOf = async (fixture: string, functions: readonly string[]) => {
  const code = await fixtureCode(fixture)
  const found = await candidatesIn({ code, source: before, files: [FILE], changed: { functions, names: [] } })
  return { code, found, texts: found.map(({ text }) => text) }
}

test('what a patch changes, from the two sources', async () =>
  expect(await changedBetween(before, after, [FILE])).toEqual({ functions: ['zs_free'], names: [] }))

describe.each(['x86_64-6.12', 'arm64-6.12'])('%s', (fixture) => {
  test('places in the changed function: where it waits, lets others run, and calls', async () => {
    const { texts } = await placesOf(fixture, ['zs_free'])
    expect(texts.slice(0, 5)).toEqual([
      'zs_free:entry',
      'zs_free>read_lock',
      'zs_free>spin_lock',
      'zs_free<read_unlock',
      'zs_free<spin_unlock',
    ])
    expect(texts).toEqual(
      expect.arrayContaining(['zs_free:return', 'zs_free<spin_lock', 'zs_free>obj_free', 'zs_free<free_zspage']),
    )
  })

  test('nothing of sanitizers, and no place twice', async () => {
    const { found, code } = await placesOf(fixture, ['zs_free'])
    const texts = chooseCandidates([found]).map(({ text }) => text)
    expect(texts.filter((text) => /asan|kasan|queued/.test(text))).toEqual([])
    const points = await resolveHolds(
      texts.map((text) => parseAtPoint(`${text} for 1ms`, 'test')),
      code,
    )
    expect(points.probes).toHaveLength(texts.length)
  })
})

test('who calls a changed function, or takes its lock, comes after it', async () => {
  const { found } = await placesOf('x86_64-6.12', ['zs_free'])
  expect(found.filter(({ tier }) => tier === 'shared').map(({ text }) => text)).toEqual([
    'zs_zpool_free:entry',
    'zs_zpool_free:return',
  ])
})

test('a changed function that was inlined is looked for in the one that has it', async () => {
  const { found } = await placesOf('x86_64-6.12', ['cache_free_handle'])
  expect(found.filter(({ tier }) => tier === 'changed').map(({ text }) => text)).toEqual([
    'zs_free:entry',
    'zs_free:return',
    'zs_free>cache_free_handle',
    'zs_free>kmem_cache_free',
    'zs_free<cache_free_handle',
    'zs_free<kmem_cache_free',
  ])
  expect(found.some(({ tier, text }) => tier === 'lock' && text === 'zs_free>spin_lock')).toBe(true)
})

test('a function of the same name in another file is another one', async () => {
  const code = await fixtureCode('x86_64-6.12')
  const changed = { functions: ['zs_free'], names: [] }
  const found = await candidatesIn({ code, source: before, files: ['mm/other.c'], changed })
  expect(found.filter(({ tier }) => tier === 'changed')).toEqual([])
})

test('both legs get the places that both have', async () => {
  const [x86, arm64] = await Promise.all(['x86_64-6.12', 'arm64-6.12'].map((one) => placesOf(one, ['zs_free'])))
  const both = chooseCandidates([x86!.found, arm64!.found]).map(({ text }) => text)
  expect(both.every((text) => x86!.texts.includes(text) && arm64!.texts.includes(text))).toBe(true)
  expect(both).toContain('zs_free<spin_lock')
  expect(both).not.toContain('zs_zpool_free:entry')
})

// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadSeries } from '../../inputs/series/load.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { objectDir } from '../../kernel/layout.ts'
import type { KernelMeta } from '../../kernel/model.ts'
import { writeMeta } from '../../lib/cache/meta.ts'
import { kernelOptions } from '../kernels.ts'
import { NO_ADDITIONS, type RunSettings } from '../settings.ts'
import { expectedFrom } from './expected.ts'
import { planPairs } from './pairs.ts'

const metas = vi.hoisted(() => [] as KernelMeta[])
vi.mock('../../kernel/kernel.ts', async (real) => ({
  ...(await real<typeof import('../../kernel/kernel.ts')>()),
  finishedBuilds: async () => metas,
}))

const SERIES = 'zsmalloc-deferred-handles'
const TREE = 'debian:6.1'
const at = { tree: TREE, series: SERIES, arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
const pairs = planPairs(
  ['zpool-on', 'zpool-off'].map((config) => ({ ...at, config })),
  1,
)

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zsharness-expected-'))
  await mkdir(join(cache, 'trees'), { recursive: true })
  await mkdir(join(cache, 'sources'), { recursive: true })
})
afterEach(async () => {
  metas.length = 0
  await rm(cache, { recursive: true, force: true })
})

/** A finished build of zpool-on without patches, of 30 objects, of which it compiled 12 and 20 name ZSWAP. */
const finishOne = async (): Promise<void> => {
  const series = await loadSeries(SERIES)
  const options = await kernelOptions({ ...at, config: 'zpool-on' }, series, parseVersion('6.1.192')!)
  const [key, listing] = ['x86_64-one', 'plain']
  await writeMeta(join(cache, 'trees'), 'tree', { spec: TREE, version: '6.1.192', key: 'tree', listing })
  const source = { treeKey: 'tree', key: 'source', listing, patches: [], patchedFiles: {} }
  await writeMeta(join(cache, 'sources'), 'source', source)
  metas.push({ key, arch: 'x86_64', toolchain: 'gcc', options, listing, compiled: 12, durationMs: 4_000 } as never)
  for (let nth = 0; nth < 30; nth++) {
    const record = join(objectDir(join(cache, 'builds', key)), `mm/.${nth}.o.cmd`)
    await mkdir(dirname(record), { recursive: true })
    await writeFile(
      record,
      `cmd_mm/${nth}.o := gcc\n${nth < 20 ? '$(wildcard include/config/ZSWAP)' : '../mm/zsmalloc.c'}\n`,
    )
  }
}

const expected = async (planned = pairs, part: Partial<RunSettings> = {}) => {
  const toolchains = new Map([['x86_64', { prefix: '', cc: 'gcc', llvm: false, version: 'gcc' }]] as const)
  const series = new Map([[SERIES, { value: await loadSeries(SERIES) }]])
  const resolved = { trees: new Map(), series, extraPatches: [], toolchains }
  const settings = { lanes: [], durationS: null, cache, added: NO_ADDITIONS, ...part } as unknown as RunSettings
  return expectedFrom({ pairs: planned, resolved, settings }, { x86_64: 'tcg' }, 2)
}

const [on, off] = pairs

describe('expected of a plan', () => {
  test('with an empty cache: one full build, and the others from it', async () => {
    const { build } = await expected()
    expect(build(on!, 'before')).toEqual({ cached: false, objects: 745, full: true, donor: null })
    expect(build(on!, 'after')).toMatchObject({ objects: 6, donor: `${on!.id}-before` })
    expect(build(off!, 'before')).toMatchObject({ objects: 434, donor: `${on!.id}-before` })
    expect(build(off!, 'after')).toMatchObject({ objects: 6, donor: `${off!.id}-before` })
  })

  test('with a finished build: what its records name', async () => {
    await finishOne()
    const { build, speed } = await expected()
    // Ten objects are of the file that the base's patches touch, twenty name ZSWAP; five are compiled in every build.
    expect(build(on!, 'before')).toEqual({ cached: false, objects: 15, full: false, donor: null })
    expect(build(off!, 'before')).toMatchObject({ objects: 25, donor: `${on!.id}-before` })
    expect(speed('x86_64')).toEqual({ fixedS: 4, objectS: 0.45 })
  })

  test('of another tree: a full build, and then what the records of the finished build name', async () => {
    await finishOne()
    const others = planPairs(
      ['zpool-on', 'zpool-off'].map((config) => ({ ...at, config, tree: 'v6.2-rc4' })),
      1,
    )
    const { build } = await expected(others)
    expect(build(others[0]!, 'before')).toMatchObject({ objects: 30, full: true })
    expect(build(others[1]!, 'before')).toMatchObject({ objects: 25, full: false })
  })

  test('a boot runs its lanes, and ends in the first one where its kernel has the bug', async () => {
    const { bootSeconds } = await expected()
    const seconds = (pair: typeof on) => pair!.cells.map(bootSeconds)
    expect(seconds(on)).toEqual([11, 44])
    expect(seconds(off)).toEqual([18, 18])
  })

  test('programs of the user take their own time, and a guest the memory that it is given', async () => {
    const added = { ...NO_ADDITIONS, memoryMiB: 2048, workloadS: 60 }
    const { bootSeconds, bootMiB } = await expected(pairs, { lanes: ['workload'], durationS: 5, added })
    expect([bootMiB, on!.cells.map(bootSeconds)[1]]).toEqual([2560, 70])
    expect((await expected()).bootMiB).toBe(1024)
  })

  test('an option of the user makes another kernel', async () => {
    await finishOne()
    const added = { ...NO_ADDITIONS, kconfig: [{ file: 'my.config', text: '# CONFIG_ZSWAP is not set' }] }
    const { build } = await expected(pairs, { added })
    expect(build(on!, 'before')).toMatchObject({ cached: false, objects: 30 })
  })
})

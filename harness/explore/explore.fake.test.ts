// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Series } from '../inputs/series/model.ts'
import { NO_SERIES, noSeries } from '../inputs/series/none.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { exists } from '../lib/files/exists.ts'
import { endLine, failureLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { installExploreMake } from '../testing/explore/make.ts'
import { recordingContext, writeFakeTree } from '../testing/fake-tree.ts'
import { explore } from './explore.ts'
import { readReplay } from './replayfile.ts'
import { replaySchedule } from './replayschedule.ts'
import type { ExploreRequest } from './request.ts'
import { exploreSchema } from './result.ts'
import { writeExploration } from './write.ts'

// make, the compiler and the explorer are shell scripts here: see testing/explore/.

let top: string
const at = (...names: string[]): string => join(top, ...names)

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-explore-'))
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`)
  writeFakeTree(at('tree'), {
    'mm/Kconfig': '',
    'mm/zsmalloc.c': 'int before;\n',
    'mm/zswap.c': 'int zswap;\n',
    'mm/zpool.c': 'int zpool;\n',
    'mm/swap.c': 'int swap;\n',
  })
  await mkdir(at('guest'))
  await writeFile(at('guest/Makefile'), '# scripts\n')
  await mkdir(at('results'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(top, { recursive: true, force: true })
})

const request = (over: Partial<ExploreRequest> = {}): ExploreRequest => ({
  tree: parseTreeSpec(`dir:${at('tree')}`),
  series: { ...noSeries, signature: [{ families: ['oops'], stack: ['zs_free'] }] } as Series,
  extraPatches: [
    {
      file: 'fix.patch',
      subject: 'fix',
      sha256: 'f'.repeat(64),
      text: '--- a/mm/swap.c\n+++ b/mm/swap.c\n@@ -1 +1 @@\n-int swap;\n+int swapped;\n',
      firstLine: 0,
      reverse: false,
    },
  ],
  patchFiles: [],
  extraPatchFiles: [],
  config: 'zpool-on',
  legs: ['after'],
  toolchain: { prefix: '', cc: 'cc', llvm: false, version: 'toy' },
  search: { scenarios: [], generate: 1, bound: 2, memory: 'sc', points: 'racy', seed: 1, budgetMs: 3_000 },
  jobs: 1,
  cache: at('cache'),
  dir: at('results'),
  id: 'explore-1',
  command: ['zsharness', 'explore'],
  sources: at('guest'),
  ...over,
})

const CLEAN = [planLine(['a', 'b']), scenarioLine('a', 0), scenarioLine('a', 1), scenarioLine('b', 1), endLine()]
const FAILING = [planLine(['a', 'b']), scenarioLine('a', 0, false), failureLine('a'), endLine('stopped')]

const BOTH: Pick<ExploreRequest, 'legs'> = { legs: ['before', 'after'] }

const run = async (lines: Parameters<typeof installExploreMake>[1], over: Partial<ExploreRequest> = {}) => {
  await installExploreMake(at('bin'), lines)
  const context = recordingContext()
  return { result: await explore(request(over), context), context }
}

test('both legs are compiled, linked and searched, and the result fits its schema', async () => {
  const { result } = await run({ lines: CLEAN }, BOTH)
  expect(exploreSchema.parse(result)).toEqual(result)
  expect(result).toMatchObject({ verdict: 'inconclusive', exitCode: 4, bound: 1 })
  expect(result.legs.map(({ leg, status, schedules }) => [leg, status, schedules])).toEqual([
    ['before', 'searched', 30],
    ['after', 'searched', 30],
  ])
  expect(result.legs[1]).toMatchObject({
    objects: ['mm/zsmalloc.o', 'mm/zswap.o', 'mm/zpool.o'],
    unexplored: ['mm/swap.c'],
    patchLines: [],
  })
  expect(result.reasons.join('\n')).toContain('before does not fail')
  expect(result.reasons.join('\n')).toContain('mm/swap.c, which is not explored')
})

test('the second time, objects come from the cache; the other leg starts from the objects of the first', async () => {
  const { result: first } = await run({ lines: CLEAN }, BOTH)
  const { result: second } = await run({ lines: CLEAN }, BOTH)
  expect(first.legs.map(({ cached }) => cached)).toEqual([false, false])
  expect(second.legs.map(({ cached }) => cached)).toEqual([true, true])
  const log = await readFile(at('results/after/build.log'), 'utf8')
  expect(log).not.toContain('CC      mm/zswap.o')
})

test('a patched object is compiled again', async () => {
  await run({ lines: CLEAN }, BOTH)
  const [patch] = request().extraPatches
  const text = patch!.text.replaceAll('swap', 'zpool')
  const patched = run({ lines: CLEAN }, { ...BOTH, extraPatches: [{ ...patch!, text, sha256: 'e'.repeat(64) }] })
  // The stand-in for the explorer is a script: it has no lines that could have run.
  await expect(patched).rejects.toThrow('not a 64-bit little-endian ELF file')
  const log = await readFile(at('results/after/build.log'), 'utf8')
  expect(log).toContain('CC      mm/zpool.o')
  expect(log.match(/CC {6}mm\/zswap\.o/g) ?? []).toHaveLength(0)
})

describe('a failure', () => {
  test('of after is found in the model, and its schedule can be replayed', async () => {
    const { result } = await run({ lines: FAILING })
    expect(result.reasons.join('\n')).toContain(
      'after fails in a (null-dereference): found in the model, not confirmed',
    )
    await writeExploration(at('results'), result)
    for (const form of ['explore.txt', 'explore.html'])
      expect(await readFile(at('results', form), 'utf8')).toContain('read of 4 bytes at 0')
    const known = await readReplay(at('results/after/failure-1.schedule.json'))
    expect(known).toMatchObject({ leg: 'after', schedule: '1:3 2:end', series: NO_SERIES })
    await installExploreMake(at('bin'), { 'lines.replay': [failureLine('a')] })
    const again = { ...request(), sources: at('guest') }
    await rm(at('cache/explorers'), { recursive: true })
    const shown = await replaySchedule(again, known, recordingContext())
    expect(shown).toMatchObject({ exitCode: 0 })
    expect(shown.text).toContain('thread 2: free 1')
  })
})

describe('what cannot be explored is no verdict', () => {
  test('a kernel that the explorer refuses', async () => {
    const { result, context } = await run({ refuse: ['cannot explore this kernel: it needs zs_new()'] })
    expect(result.legs.map(({ status, reason }) => [status, reason])).toEqual([
      ['cannot', 'cannot explore this kernel: it needs zs_new()'],
    ])
    expect(result).toMatchObject({ verdict: 'inconclusive', exitCode: 4, bound: null })
    // With the model of zswap it was tried again.
    expect(context.events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('a model stands in') }),
    )
  })

  test('a patch of code for which a model stands in', async () => {
    const [patch] = request().extraPatches
    const text = patch!.text.replaceAll('swap', 'zswap')
    const extraPatches = [{ ...patch!, text, sha256: 'd'.repeat(64) }]
    const refused = { 'refuse.real': ['cannot explore this kernel: zswap.o needs x()'], lines: CLEAN }
    const { result } = await run(refused, { extraPatches })
    expect(result.legs[0]).toMatchObject({
      status: 'searched',
      objects: ['mm/zsmalloc.o', 'mm/zpool.o'],
      unexplored: ['mm/zswap.c'],
      models: [expect.stringContaining('zswap'), expect.anything(), expect.anything()],
    })
    expect(result.reasons.join('\n')).toContain('mm/zswap.c, which is not explored')
  })

  test('a config without zsmalloc', async () => {
    await writeFile(at('tree/mm/Kconfig'), 'CONFIG_ZSMALLOC=y\n')
    const { result } = await run({ lines: CLEAN }).catch((error: Error) => ({ result: error }))
    expect(JSON.stringify(result) + String(result)).toMatch(/ZSMALLOC/)
  })

  test('code that does not compile', async () => {
    await writeFile(at('tree/mm/zswap.c'), '// FAIL broken\n')
    const { result } = await run({ lines: CLEAN })
    expect(result.legs[0]).toMatchObject({ status: 'unbuilt', reason: expect.stringContaining('broken') })
    expect(result.verdict).toBe('inconclusive')
  })
})

test('objects that the tree builds without calls at their accesses cannot be explored', async () => {
  const { result } = await run({ plain: [], lines: CLEAN })
  expect(result.legs.map(({ status }) => status)).toEqual(['cannot'])
  expect(result.reasons.join('\n')).toMatch(/cannot explore this kernel: mm\/\S+: .*without KCSAN/)
  expect(result.verdict).toBe('inconclusive')
})

describe('what the cache has of objects', () => {
  const entryOf = async (): Promise<string> => {
    const [name] = (await readdir(at('cache/objects'))).filter((one) => /^x86_64-\w+$/.test(one))
    return at('cache/objects', name!, 'src')
  }

  test.each(['mm/zsmalloc.c', 'o/mm/.zsmalloc.o.cmd'])('is made again when %s is damaged', async (file) => {
    await run({ lines: CLEAN })
    const path = join(await entryOf(), file)
    const text = await readFile(path)
    await rm(path)
    await writeFile(path, `${text}x`)
    const { result, context } = await run({ lines: CLEAN })
    expect(result.legs[0]!.cached).toBe(false)
    expect(context.events).toContainEqual(expect.objectContaining({ text: expect.stringContaining('are damaged') }))
  })
})

describe('the parts of the explorer', () => {
  const parts = async (): Promise<number> => {
    const names = (await readdir(at('cache/explorers'))).filter((one) => /^x86_64-\w+$/.test(one))
    const has = await Promise.all(names.map((name) => exists(at('cache/explorers', name, 'services'))))
    return has.filter(Boolean).length
  }
  const patched = (from: string) => {
    const [patch] = request().extraPatches
    return [{ ...patch!, text: patch!.text.replaceAll('swap', from), sha256: from.padEnd(64, '0') }]
  }

  test('serve kernels that differ in explored sources only', async () => {
    const extraPatches = patched('zswap')
    await run({ 'refuse.real': ['cannot explore this kernel: x'], lines: CLEAN }, { ...BOTH, extraPatches })
    expect(await parts()).toBe(1)
  })

  test('are compiled again for another source', async () => {
    await run({ lines: CLEAN }, BOTH)
    expect(await parts()).toBe(2)
  })
})

test('an explorer that talks nonsense is an error, and no result', async () => {
  await expect(run({ lines: [planLine(['a', 'b']), 'nonsense', endLine()] })).rejects.toThrow('cannot be read')
})

// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lookUpSeries, resolveTrees } from '../commands/shared/resolve.ts'
import { HostError, UsageError } from '../model/errors.ts'
import { planPairs } from '../run/plan/pairs.ts'
import type { RunRequest } from '../run/request.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import { codeKey } from './code.ts'
import { partOf, readPart, restricted } from './part.ts'
import { cellsOf, requestKey } from './request.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-part-'))
})
afterEach(() => rm(root, { recursive: true }))

const SERIES = 'zsmalloc-deferred-handles'
const at = { tree: 'dir:/no', series: SERIES, arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
const pairs = planPairs(
  ['zpool-on', 'zpool-off'].map((config) => ({ ...at, config })),
  2,
)
const series = await lookUpSeries([SERIES])
const code = await codeKey()
const request = (part: Partial<RunRequest> = {}): RunRequest => ({
  pairs,
  resolved: { trees: resolveTrees(['dir:/no']), series, extraPatches: [], toolchains: new Map() },
  settings: {
    ...{ lanes: [], durationS: null, amplify: true, seed: '1', canary: null, checks: [], jobs: 1 },
    ...{ resultsDir: root, cache: join(root, 'cache'), patchFiles: [], extraPatchFiles: [], added: NO_ADDITIONS },
  },
  terms: DEFAULT_TERMS,
  command: [],
  planned: null,
  tolerant: true,
  compare: async () => null,
  ...part,
})
const settings = (part: Partial<RunRequest['settings']>) => request({ settings: { ...request().settings, ...part } })
const [first] = cellsOf({ planned: null, pairs })
const part = async (own: object = {}) => ({
  ...{ schemaVersion: 1 as const, run: 'r', id: '1', cells: [first!], explore: false },
  ...{ request: await requestKey(request()), code, ...own },
})

test('a part has its cells and no others, and compares with no earlier run', async () => {
  const own = restricted(request(), await part())
  expect(own.pairs.flatMap(({ cells }) => cells.map(({ id }) => id))).toEqual([first])
  expect(own.explore).toBeUndefined()
})

test('a part of another plan is the fault of the host', async () => {
  const stray = await part({ cells: ['stray'] })
  expect(() => restricted(request(), stray)).toThrow(HostError)
})

test('a node that would test the same may run its part', async () => {
  expect((await partOf(request(), await part())).pairs).toHaveLength(1)
})

test('a node with another zsharness may not', async () => {
  await expect(partOf(request(), await part({ code: 'else' }))).rejects.toThrow('is not the one that submitted')
})

test('a node that reads other patches or settings may not', async () => {
  await expect(partOf(settings({ seed: '2' }), await part())).rejects.toThrow('reads other patches, settings or files')
})

test('what a run tests is in its key, and where it works is not', async () => {
  const [[name, own]] = [...series] as [[string, { value: object }]]
  const patched = new Map([[name, { value: { ...own.value, patches: [] } }]]) as unknown as typeof series
  const key = await requestKey(request())
  for (const other of [
    settings({ seed: '2' }),
    settings({ lanes: ['race'] }),
    settings({ amplify: false }),
    settings({ added: { ...NO_ADDITIONS, parameters: ['x'] } }),
    request({ terms: { ...DEFAULT_TERMS, confidence: 0.5 } }),
    request({ pairs: pairs.slice(1) }),
    request({ resolved: { ...request().resolved, series: patched } }),
  ])
    expect(await requestKey(other)).not.toBe(key)
  for (const other of [settings({ jobs: 8 }), settings({ resultsDir: '/x' }), settings({ cache: '/x' })])
    expect(await requestKey(other)).toBe(key)
})

test('a changed, a new and a renamed file change the key of the code', async () => {
  const keys = [await codeKey([root])]
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(join(root, 'sub'), { recursive: true })
    await writeFile(join(root, 'sub', name), text)
    keys.push(await codeKey([root]))
  }
  await write('a', '1')
  await write('a', '2')
  await write('b', '2')
  await rm(join(root, 'sub/a'))
  keys.push(await codeKey([root]))
  expect(new Set(keys).size).toBe(keys.length)
})

test.each([
  ['no file', undefined, HostError],
  ['half a file', '{"schemaVersion":1', UsageError],
])('%s is reported', async (_, text, kind) => {
  const path = join(root, 'part.json')
  if (text !== undefined) await writeFile(path, text)
  await expect(readPart(path)).rejects.toThrow(kind)
})

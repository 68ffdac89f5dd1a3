// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noSeries } from '../inputs/series/none.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { endLine, failureLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { installExploreMake } from '../testing/explore/make.ts'
import { recordingContext, writeFakeTree } from '../testing/fake-tree.ts'
import { executeSelftest } from './execute.ts'
import type { ReadyCase, SelftestRequest } from './request.ts'

// make, the compiler and the explorer are shell scripts here: see testing/explore/.

let top: string
const at = (...names: string[]): string => join(top, ...names)

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-selftest-'))
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`)
  writeFakeTree(at('tree'), {
    'mm/Kconfig': '',
    'mm/zsmalloc.c': 'int x;\n',
    'mm/zswap.c': 'int y;\n',
    'mm/swap.c': 'a\n',
  })
  await mkdir(at('guest'))
  await writeFile(at('guest/Makefile'), '# scripts\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(top, { recursive: true, force: true })
})

const caseOf = (name: string, over: Partial<ReadyCase>): ReadyCase => ({
  ...{ name, kind: 'k', config: 'zpool-on', profile: 'kasan', lanes: ['pump'], seconds: 1, expect: [] },
  ...{ equivalent: null, patch: null, canary: null, patches: [], type: 'mutant' },
  ...over,
})
const text = '--- a/mm/swap.c\n+++ b/mm/swap.c\n@@ -1 +1 @@\n-a\n+b\n'
const patches = [{ file: 'm.patch', subject: 'm', sha256: 'f'.repeat(64), text, firstLine: 0, reverse: false }]
const CASES = [caseOf('correct', { type: 'control' }), caseOf('wrong', { patches, expect: [{ oracle: 'data' }] })]

const request = (): SelftestRequest => ({
  cases: CASES,
  mustRun: [],
  explore: {
    ...{ scenarios: [], canaries: false, sources: at('guest') },
    toolchain: { prefix: '', cc: 'cc', llvm: false, version: 'toy' },
  },
  ...{ runs: 1, archs: ['x86_64'], tree: parseTreeSpec(`dir:${at('tree')}`), series: noSeries, command: [] },
  toolchains: new Map(),
  settings: { jobs: 1, cache: at('cache'), resultsDir: at('results') } as SelftestRequest['settings'],
})

const run = async (lines: readonly (string | object)[]) => {
  await installExploreMake(at('bin'), { lines })
  const { result, dir } = await executeSelftest(request(), recordingContext())
  return { exitCode: result.exitCode, statuses: result.cases.map(({ status }) => status), dir }
}

test('code that is not explored is not covered, and never caught', async () => {
  const clean = [
    planLine(['a', 'b']),
    ...[0, 1, 2].map((bound) => scenarioLine('a', bound)),
    scenarioLine('b', 2),
    endLine(),
  ]
  const { exitCode, statuses, dir } = await run(clean)
  expect({ exitCode, statuses }).toEqual({ exitCode: 0, statuses: ['clean', 'not-covered'] })
  const kept: unknown = JSON.parse(await readFile(join(dir, 'explored/wrong/case.json'), 'utf8'))
  expect(kept).toMatchObject({ status: 'not-covered', reason: 'not explored: mm/swap.c' })
})

test('a failure of the correct code is a false alarm, of a version with its code too', async () => {
  const failing = [planLine(['a', 'b']), scenarioLine('a', 0, false), failureLine('a'), endLine('stopped')]
  const { exitCode, statuses } = await run(failing)
  expect({ exitCode, statuses }).toEqual({ exitCode: 1, statuses: ['false-alarm', 'false-alarm'] })
})

test('an explorer that talks nonsense is an error of each case, and ends nothing', async () => {
  const { exitCode, statuses } = await run([planLine(['a', 'b']), 'nonsense', endLine()])
  expect({ exitCode, statuses }).toEqual({ exitCode: 3, statuses: ['error', 'error'] })
})

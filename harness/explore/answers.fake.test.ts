// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noSeries } from '../inputs/series/none.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { listEntries } from '../lib/cache/entries.ts'
import { endLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { installExploreMake } from '../testing/explore/make.ts'
import { recordingContext, writeFakeTree } from '../testing/fake-tree.ts'
import { answerKey, codeFiles, findAnswer, keepAnswer } from './answers.ts'
import { exploreInputs, withInputs } from './explore.ts'
import type { ExploreRequest } from './request.ts'
import { writeExploration } from './write.ts'

let top: string
const at = (...names: string[]): string => join(top, ...names)

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-answers-'))
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`)
  writeFakeTree(at('tree'), { 'mm/Kconfig': '', 'mm/zswap.c': 'int zswap;\n', 'mm/zpool.c': 'int zpool;\n' })
  await mkdir(at('guest'))
  await writeFile(at('guest/Makefile'), '# scripts\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(top, { recursive: true, force: true })
})

const CUT = [planLine(['a', 'b']), scenarioLine('a', 0), scenarioLine('a', 1), scenarioLine('b', 0), endLine('budget')]
const WHOLE = [...CUT.slice(0, -1), scenarioLine('b', 1), endLine()]

let folders = 0
const requestFor = async (budgetMs: number, part: Partial<ExploreRequest> = {}): Promise<ExploreRequest> => {
  const dir = at('results', `${folders++}`)
  await mkdir(dir, { recursive: true })
  return {
    ...{ tree: parseTreeSpec(`dir:${at('tree')}`), series: noSeries, extraPatches: [], config: 'zpool-on' },
    ...{ patchFiles: [], extraPatchFiles: [] },
    ...{ legs: ['after'], jobs: 1, cache: at('cache'), dir, id: `run-${folders}`, command: ['run'] },
    toolchain: { prefix: '', cc: 'cc', llvm: false, version: 'toy' },
    search: { scenarios: [], generate: 1, bound: 1, memory: 'sc', points: 'racy', seed: 1, budgetMs },
    sources: at('guest'),
    ...part,
  }
}

/** Whether a request with this budget is answered from the cache; if not, it is searched, and its answer kept. */
const ask = async (budgetMs: number, lines: readonly object[] = WHOLE, part: Partial<ExploreRequest> = {}) => {
  await installExploreMake(at('bin'), { lines })
  // A stand-in that is linked already would say what it was told before.
  await rm(at('cache/explorers'), { recursive: true, force: true })
  const request = await requestFor(budgetMs, part)
  const context = recordingContext()
  return withInputs(request, context, async (inputs) => {
    const key = await answerKey(request, inputs, context)
    const known = await findAnswer(request, key)
    if (known) return { known, request }
    const result = await exploreInputs(request, inputs, context)
    await writeExploration(request.dir, result)
    await keepAnswer(request, key, result)
    return { known, request }
  })
}

test('a whole answer is found again, whatever the budget, in a folder like that of a search', async () => {
  const first = await ask(1_000)
  expect(first.known).toBeUndefined()
  const { known, request } = await ask(90_000)
  expect(known).toMatchObject({ id: request.id, bound: 1, legs: [{ schedules: 40 }] })
  expect((await readdir(request.dir)).sort()).toEqual(['after', 'explore.html', 'explore.json', 'explore.txt'])
  expect(await readdir(join(request.dir, 'after'))).toEqual(['walked.jsonl'])
  expect((await listEntries(at('cache'))).map(({ kind }) => kind)).toContain('answers')
})

test('one that its budget cut off serves for as long, and is searched again for longer', async () => {
  await ask(2_000, CUT)
  expect((await ask(2_000, CUT)).known).toMatchObject({ bound: 0 })
  expect((await ask(1_000, CUT)).known).toMatchObject({ bound: 0 })
  expect((await ask(3_000, WHOLE)).known).toBeUndefined()
  expect((await ask(1_000, CUT)).known).toMatchObject({ bound: 1 })
})

test('a damaged one is searched again', async () => {
  await ask(1_000)
  const [key] = (await readdir(at('cache/answers'))).filter((name) => !name.includes('.'))
  await writeFile(at('cache/answers', key!, 'explore.json'), '{}')
  expect((await ask(1_000)).known).toBeUndefined()
  expect((await ask(1_000)).known).toBeDefined()
  await writeFile(at('cache/answers', `${key}.json`), '{"sha256":"0","meta":{}}')
  expect((await ask(1_000)).known).toBeUndefined()
})

test('one that is kept under the name of another is not found', async () => {
  await ask(1_000)
  const [key] = (await readdir(at('cache/answers'))).filter((name) => !name.includes('.'))
  const answers = at('cache/answers')
  const [dir, id, command] = [at('results/forged'), 'x', ['run']]
  const request = { ...(await requestFor(1_000)), dir, id, command }
  await rename(join(answers, key!), join(answers, 'other'))
  await rename(join(answers, `${key}.json`), join(answers, 'other.json'))
  expect(await findAnswer(request, 'other')).toBeUndefined()
})

test('other objects, and another explorer, have another answer', async () => {
  await ask(1_000)
  await writeFile(at('tree/mm/zswap.c'), 'int other;\n')
  expect((await ask(1_000)).known).toBeUndefined()
  expect((await ask(1_000)).known).toBeDefined()
  await writeFile(at('guest/main.c'), 'int main;\n')
  expect((await ask(1_000)).known).toBeUndefined()
})

test('all code that reads what the explorer says is part of the key', async () => {
  const files = await codeFiles()
  for (const one of ['explore/lines', 'kernel/points/instructions', 'lib/dwarf/read', 'splat/symbols/addr2line'])
    expect(files.some((file) => file.endsWith(`${one}.ts`))).toBe(true)
  expect(files.filter((file) => /\.test\.|\.d\.ts$/.test(file))).toEqual([])
})

test('an answer names the patches of its schedules, so other ones for the same code have another', async () => {
  const patch = { file: 'a.patch', subject: 'a', sha256: 'a'.repeat(64), firstLine: 0, reverse: false, text: '' }
  const bases = new Map([['base', { ...noSeries, patches: [patch] }]])
  await ask(1_000)
  const part = { series: { ...noSeries, bases } }
  expect((await ask(1_000, WHOLE, part)).known).toBeUndefined()
  expect((await ask(1_000, WHOLE, part)).known).toBeDefined()
})

test('code that does not compile is tried again', async () => {
  await writeFile(at('tree/mm/zswap.c'), '// FAIL broken\n')
  await ask(1_000)
  const { known, request } = await ask(1_000)
  expect(known).toBeUndefined()
  expect(await readFile(join(request.dir, 'explore.json'), 'utf8')).toContain('broken')
})

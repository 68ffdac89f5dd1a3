// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunResult } from '../../model/results.ts'
import { aRun } from '../../testing/runs.ts'
import { corpus } from './report-corpus.ts'

const BUG = {
  ...{ series: 'zsmalloc-deferred-handles', title: 'a race', commit: '0123456789ab', cve: null, timing: true },
  ...{ people: ['One.', 'Two.', 'Three.'], versions: [] },
}

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-corpus-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (id: string, part: Partial<RunResult> = {}): Promise<void> => {
  await mkdir(join(root, id))
  const plan = { name: 'corpus', shard: null, cells: [], leftOut: {} }
  await writeFile(join(root, id, 'run.json'), JSON.stringify(aRun({ id, corpus: [BUG], plan, ...part })))
}
const pageOf = async (spec: string | undefined): Promise<string> => {
  const output = join(root, 'page.md')
  await corpus(spec, { format: 'markdown', output, results: root })
  return readFile(output, 'utf8')
}

test('a run is looked for in the folder of --results, by its name and as the last one', async () => {
  await write('2026-11-20-100000-aaaa')
  await write('2026-11-21-100000-bbbb')
  expect(await pageOf('2026-11-20-100000-aaaa')).toContain('2026-11-20-100000-aaaa')
  expect(await pageOf(undefined)).toContain('2026-11-21-100000-bbbb')
  await expect(pageOf('2026-11-22-100000-cccc')).rejects.toThrow('2026-11-22-100000-cccc')
})

test('a run without a bug, and a folder without a run, are errors', async () => {
  await expect(pageOf(undefined)).rejects.toThrow('there is no run of the plan corpus')
  await write('2026-11-20-100000-aaaa', { corpus: [] })
  await expect(pageOf('2026-11-20-100000-aaaa')).rejects.toThrow('has no bug of the corpus')
})

// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { patchSeriesFromFiles } from '../../inputs/series/load.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { UsageError } from '../../model/errors.ts'
import { recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { cachedReadings } from './readings.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-readings-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('the plan says what the text of a tree in the cache decides, once for all its cells', async () => {
  const cache = join(root, 'cache')
  writeFakeTree(join(root, 'with'), { 'mm/own.c': 'int own;\n' })
  writeFakeTree(join(root, 'without'))
  await writeFile(join(root, 'own.patch'), '--- /dev/null\n+++ b/mm/own.c\n@@ -0,0 +1 @@\n+int own;\n')
  const [there, absent, never] = ['with', 'without', 'never'].map((name) => `dir:${join(root, name)}`)
  for (const spec of [there!, absent!]) {
    await using _tree = await obtainTree(parseTreeSpec(spec), { cache, context: recordingContext() })
  }
  const series = new Map([
    ['own', { value: await patchSeriesFromFiles([join(root, 'own.patch')]) }],
    ['bad', { error: new UsageError('unreadable') }],
  ])
  const places = [there!, there!, absent!, never!].map((tree) => ({ tree, series: 'own' }))
  const found = await cachedReadings([...places, { tree: there!, series: 'bad' }], { series }, cache)
  expect([there!, absent!, never!].map((tree) => found.of({ tree, series: 'own' })?.state)).toEqual([
    'already-applied',
    'applies',
    undefined,
  ])
  expect(found.notes).toEqual([expect.stringContaining('own is in the tree already: before has own.patch taken out')])
})

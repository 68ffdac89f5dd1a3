// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exec, numberedLines, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { addedBetween } from '../../verdict/coverage/added.ts'
import { gcovVariables } from '../../verdict/coverage/measure.ts'
import { parseTreeSpec } from '../tree/spec.ts'
import { obtainTree } from '../tree/tree.ts'
import { patchSeriesFromFiles } from './load.ts'
import { obtainSource } from './source.ts'

let root: string
let repo: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-quoted-'))
  repo = join(root, 'linux')
  writeFakeTree(repo)
  exec(repo, 'git', 'init', '-q')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(repo, name)), { recursive: true })
  writeFileSync(join(repo, name), text)
}
const commit = (): void => {
  exec(repo, 'git', 'add', '-A')
  exec(repo, 'git', 'commit', '-qm', 'words')
}

const NAMES = [
  'mm/x.c',
  'mm/ä €.c',
  'mm/with blank.c',
  'mm/tab\there.c',
  'mm/quote"s.c',
  'mm/back\\slash.c',
  'mm/line\nbreak.c',
  'mm/esc\u001b[2J.c',
  'mm/$(touch evil).c',
  'mm/-dash.c',
]
const sorted = (names: Iterable<string>): readonly string[] => [...names].sort()

test.each([
  ['changes', numberedLines(), numberedLines((n) => (n === 3 ? 'int changed;' : `int line_${n};`)), [3]],
  ['adds', undefined, 'int a;\nint b;\n', [1, 2]],
])(
  'a file of any name that a patch %s is in touches, in the patched files, and in the coverage',
  async (_, old, now, lines) => {
    if (old !== undefined) for (const name of NAMES) put(name, old)
    commit()
    const options = { cache: join(root, 'cache'), context: recordingContext() }
    await using tree = await obtainTree(parseTreeSpec(`dir:${repo}`), options)
    for (const name of NAMES) put(name, now)
    commit()
    writeFileSync(join(root, 'p.patch'), exec(repo, 'git', 'format-patch', '--stdout', '-1'))
    const series = await patchSeriesFromFiles([join(root, 'p.patch')])
    expect(sorted(series.touches)).toEqual(sorted(NAMES))
    await using before = await unfolded(options.cache, await obtainSource(tree, [], options))
    await using after = await unfolded(options.cache, await obtainSource(tree, series.patches, options))
    expect(sorted(Object.keys(after.meta.patchedFiles))).toEqual(sorted(NAMES))
    for (const name of NAMES) expect(await addedBetween(before.dir, after.dir, name), name).toEqual(lines)
  },
)

test('make gets only variables that it can take', () => {
  expect(gcovVariables(NAMES)).toEqual([
    expect.stringMatching(/^GCOV_PROFILE_x\.o=/),
    expect.stringMatching(/^GCOV_PROFILE_-dash\.o=/),
  ])
})

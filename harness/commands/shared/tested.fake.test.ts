// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { UsageError } from '../../model/errors.ts'
import { exec, writeFakeTree } from '../../testing/fake-tree.ts'
import { currentKey, keyReader, patchesOf, refuseResultsInTree, type TestedFlags, watchedBy } from './tested.ts'

const { signal } = new AbortController()
const PATCH = '--- a/mm/zsmalloc.c\n+++ b/mm/zsmalloc.c\n@@ -1 +1 @@\n-int line_1;\n+int line_one;\n'

let root: string
let flags: TestedFlags
const at = (name: string): string => join(root, name)
const current = (): Promise<string | undefined> => currentKey(flags, at('cache'), signal)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-tested-'))
  writeFakeTree(at('linux'), { '.gitignore': '*.o\n/results/\n' })
  exec(at('linux'), 'git', 'init', '-q')
  exec(at('linux'), 'git', 'add', '.')
  exec(at('linux'), 'git', 'commit', '-qm', 'a')
  await writeFile(at('x.patch'), PATCH)
  await writeFile(at('repro.c'), 'int main(void) { return 0; }\n')
  flags = { tree: `dir:${at('linux')}`, series: 'none', patch: [at('x.patch')], others: [at('repro.c')] }
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('the key of what is tested', () => {
  test('is the same after a build in the tree, and after a save without a change', async () => {
    const before = await current()
    expect(before).toBeDefined()
    await writeFile(at('linux/mm/zsmalloc.o'), 'object')
    await writeFile(at('x.patch'), PATCH)
    expect(await current()).toBe(before)
  })

  test.each([
    ['linux/mm/zsmalloc.c', 'int x;\n'],
    ['x.patch', PATCH.replace('one', 'two')],
    ['repro.c', 'int main(void) { return 1; }\n'],
  ])('is another after an edit of %s', async (file, text) => {
    const before = await current()
    await writeFile(at(file), text)
    expect(await current()).not.toBe(before)
  })

  test('is not known of a text that cannot be tested', async () => {
    await writeFile(at('x.patch'), 'nothing')
    expect(await current()).toBeUndefined()
  })

  test('is known without the tree when nobody edits that', async () => {
    flags = { ...flags, tree: 'debian:6.1' }
    const read: string[] = []
    keyReader(parseTreeSpec(flags.tree), await patchesOf(flags), (key) => read.push(key))
    expect(read).toEqual([await current()])
  })
})

describe('what is watched', () => {
  const writeSeries = async (name: string, requires: readonly string[]): Promise<void> => {
    const lines = requires.map((series) => `  - { series: ${series}, versions: '>=6.1' }`)
    await mkdir(at(`patches/${name}`), { recursive: true })
    await writeFile(
      at(`patches/${name}/series.yaml`),
      ['title: a', 'patches: [a.patch]', 'touches: [mm/a.c]', 'requires:', ...lines, REST].join('\n'),
    )
  }
  const REST = "applicability: []\nsignature:\n  - { families: [kasan], stack: [a], note: 'b' }\nknownFindings: []\n"

  test('is the series with those that it requires, though one of them cannot be read', async () => {
    await writeSeries('top', ['middle', 'broken'])
    await writeSeries('middle', ['base', 'top'])
    await writeSeries('other', [])
    const { folders } = await watchedBy({ tree: 'debian:6.1', series: 'top' }, at('patches'))
    expect(folders).toEqual(['top', 'middle', 'base', 'broken'].map((name) => at(`patches/${name}`)))
  })

  test('is the folder of a series elsewhere, with what lies beside it', async () => {
    for (const [name, requires] of [
      ['../mine/top', ['middle', 'base']],
      ['../mine/middle', []],
      ['middle', []],
      ['base', []],
    ] as const)
      await writeSeries(name, requires)
    const { folders } = await watchedBy({ tree: 'debian:6.1', series: at('mine/top') }, at('patches'))
    expect(folders).toEqual(['mine/top', 'mine/middle', 'patches/base'].map(at))
  })

  test('is no series when the patches are given, and the programs', async () => {
    expect(await watchedBy(flags)).toEqual({ folders: [at('linux')], files: [at('x.patch'), at('repro.c')] })
  })
})

test('results that would be part of the tree are refused', async () => {
  await expect(refuseResultsInTree(flags.tree, at('linux/out'))).rejects.toThrow(UsageError)
  await refuseResultsInTree(flags.tree, at('linux/results'))
  await refuseResultsInTree(flags.tree, at('linux-results'))
  await refuseResultsInTree('debian:6.1', at('linux/out'))
})

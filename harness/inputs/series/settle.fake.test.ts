// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HostError } from '../../model/errors.ts'
import { exec, numberedLines, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { parseTreeSpec } from '../tree/spec.ts'
import { obtainTree } from '../tree/tree.ts'
import { readPatches } from './files.ts'
import { legsOf } from './legs.ts'
import type { Patch, Series } from './model.ts'
import { noSeries } from './none.ts'
import type { Applicability } from './schema.ts'
import { describeSettled, settle } from './settle.ts'
import { obtainSource } from './source.ts'

let root: string
let cache: string
const context = recordingContext()
const { signal } = context
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-settle-'))
  cache = join(root, 'cache')
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** mm/zsmalloc.c with these lines changed to these words. */
type Changes = Readonly<Record<number, string>>
const text = (changes: Changes): string => numberedLines((n) => `int ${changes[n] ?? 'line'}_${n};`)

let made = 0
const patchOf = async (from: Changes, to: Changes): Promise<Patch> => {
  for (const [side, changes] of [
    ['a', from],
    ['b', to],
  ] as const) {
    mkdirSync(join(root, side, 'mm'), { recursive: true })
    writeFileSync(join(root, side, 'mm/zsmalloc.c'), text(changes))
  }
  const file = `${++made}.patch`
  try {
    exec(root, 'git', 'diff', '--no-index', '--no-prefix', `--output=${file}`, 'a/mm/zsmalloc.c', 'b/mm/zsmalloc.c')
  } catch {
    // git diff says by its exit code that there is a difference.
  }
  return (await readPatches(join(root, file)))[0]!
}

const BASE: Changes = { 5: 'base' }
const FIX: Changes = { 20: 'fix' }
// Mainline has the fix with another word.
const INLINE: Changes = { 20: 'inline' }

const seriesOf = (name: string, patches: readonly Patch[], more: Partial<Series> = {}): Series => ({
  ...{ name, dir: undefined, title: name, touches: ['mm/zsmalloc.c'], patches, variants: [], requires: [] },
  ...{ bases: new Map(), applicability: [], signature: [], knownFindings: [], hold: [], settings: {} },
  ...more,
})
const always = (state: Applicability['state']) => [{ versions: '*', state, note: 'n' }]

/** A fix on a base, which mainline has in another form. */
const fixOnBase = async (state: Applicability['state'], more: Partial<Series> = {}): Promise<Series> => {
  const base = seriesOf('base', [await patchOf({}, BASE)])
  const posted = await patchOf(BASE, { ...BASE, ...FIX })
  const word = await patchOf({ ...BASE, ...FIX }, { ...BASE, ...INLINE })
  const { touches, knownFindings, hold } = base
  return seriesOf('fix', [posted], {
    variants: [{ versions: '>=6.2', patches: [posted, word], touches, knownFindings, hold }],
    requires: [{ series: 'base', versions: '<6.2' }],
    bases: new Map([['base', base]]),
    applicability: always(state),
    ...more,
  })
}

const treeOf = async (changes: Changes) => {
  writeFakeTree(join(root, 'linux'), { 'mm/zsmalloc.c': text(changes) })
  return obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
}

/** The text of both legs as a run makes them, and what was decided. */
const legsOn = async (changes: Changes, series: Series) => {
  await using tree = await treeOf(changes)
  const settled = await settle(tree.meta, series, { cache, signal })
  const legs = legsOf(settled)
  const textOf = async (patches: readonly Patch[]): Promise<string> => {
    await using source = await unfolded(cache, await obtainSource(tree, patches, { cache, context }))
    return readFileSync(join(source.dir, 'mm/zsmalloc.c'), 'utf8')
  }
  const note = describeSettled(settled, 'dir:x')
  return { before: await textOf(legs.before), after: await textOf(legs.after), by: settled.by, note }
}

describe('a fix on a base', () => {
  test.each<[string, Changes, Applicability['state'], Changes, Changes, string]>([
    ['neither is in the tree', {}, 'needs-base', BASE, { ...BASE, ...FIX }, 'version'],
    ['the base is in the tree', BASE, 'needs-base', BASE, { ...BASE, ...FIX }, 'text'],
    ['both are', { ...BASE, ...FIX }, 'needs-base', BASE, { ...BASE, ...FIX }, 'text'],
    ['both are, as in mainline', { ...BASE, ...INLINE }, 'needs-base', BASE, { ...BASE, ...INLINE }, 'text'],
    ['the fix is', FIX, 'needs-base', BASE, { ...BASE, ...FIX }, 'text'],
    ['the fix is, as the version says', FIX, 'already-applied', BASE, { ...BASE, ...FIX }, 'version'],
    ['the fix is not, whatever the version says', {}, 'already-applied', BASE, { ...BASE, ...FIX }, 'text'],
    [
      'other lines differ too',
      { ...BASE, ...FIX, 12: 'own' },
      'needs-base',
      { ...BASE, 12: 'own' },
      { ...BASE, ...FIX, 12: 'own' },
      'text',
    ],
  ])('%s', async (_, tree, state, before, after, by) => {
    const found = await legsOn(tree, await fixOnBase(state))
    expect(found).toMatchObject({ before: text(before), after: text(after), by })
  })

  test('is said', async () => {
    const series = await fixOnBase('needs-base')
    const [posted, word] = series.variants[0]!.patches.map(({ file }) => file.split('/').at(-1))
    expect(await legsOn({ ...BASE, ...INLINE }, series)).toMatchObject({
      note: `dir:x: by its text, not by its version, base is in the tree already, and fix is in the tree already: before has ${posted}, ${word} taken out`,
    })
    expect(await legsOn({}, series)).toMatchObject({ note: undefined })
  })
})

describe('the answer of series.yaml stays, with its error', () => {
  test.each<[string, Changes]>([
    ['the fix in a form that nobody knows', { ...BASE, 20: 'other' }],
    ['a base in a form that nobody knows', { 5: 'other', ...FIX }],
  ])('%s', async (_, tree) => {
    await expect(legsOn(tree, await fixOnBase('needs-base'))).rejects.toMatchObject({ exitCode: 2 })
  })

  test('two forms can be taken out', async () => {
    // The second patch of the longer form is far from the first, so that either form can be taken out alone.
    const posted = await patchOf({}, FIX)
    const more = await patchOf(FIX, { ...FIX, 3: 'more' })
    const variants = [
      { versions: '>=6.2', patches: [posted, more], touches: ['mm/zsmalloc.c'], knownFindings: [], hold: [] },
    ]
    const series = seriesOf('fix', [posted], { variants })
    await expect(legsOn({ ...FIX, 3: 'more' }, series)).rejects.toThrow('it is already applied')
    expect(await legsOn(FIX, series)).toMatchObject({ before: text({}), after: text(FIX), by: 'text' })
  })

  test('a stated direction is not turned around', async () => {
    const bug = seriesOf('bug', [await patchOf({}, { 9: 'bug' })], { applicability: always('reintroduces') })
    expect(await legsOn({}, bug)).toMatchObject({ before: text({ 9: 'bug' }), after: text({}), by: 'version' })
    await expect(legsOn({ 9: 'bug' }, bug)).rejects.toThrow('it is already applied')
  })
})

test('a git that could not work decides nothing', async () => {
  await using tree = await treeOf({ ...BASE, ...FIX })
  const series = await fixOnBase('needs-base')
  writeFileSync(join(root, 'git'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${root}:${process.env.PATH}`)
  try {
    await expect(settle(tree.meta, series, { cache, signal })).rejects.toBeInstanceOf(HostError)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('a bare patch that applies at a second place, and could be taken out of the first, is refused', async () => {
  // Two functions with equal bodies; the tree has the fix in the first.
  const body = (fixed: boolean): string =>
    `{\n\tint ret = start();\n\n\tlock();\n\tret = work();\n\tunlock();\n${fixed ? '\tput();\n' : ''}\treturn ret;\nout:\n\treturn -1;\n}\n\n`
  const source = (fixed: boolean): string => `int foo(void)\n${body(fixed)}int bar(void)\n${body(false)}`
  for (const [side, fixed] of [
    ['a', false],
    ['b', true],
  ] as const) {
    mkdirSync(join(root, side, 'mm'), { recursive: true })
    writeFileSync(join(root, side, 'mm/zswap.c'), source(fixed))
  }
  try {
    exec(root, 'git', 'diff', '--no-index', '--no-prefix', '--output=fix.patch', 'a/mm/zswap.c', 'b/mm/zswap.c')
  } catch {
    // git diff says by its exit code that there is a difference.
  }
  const patches = await readPatches(join(root, 'fix.patch'))
  writeFakeTree(join(root, 'linux'), { 'mm/zswap.c': source(true) })
  await using tree = await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
  const bare = seriesOf('bare', patches, { touches: ['mm/zswap.c'] })
  await expect(settle(tree.meta, bare, { cache, signal })).rejects.toThrow('applies to this tree, and can be taken out')
  const known: Applicability[] = [{ versions: '*', state: 'already-applied', note: 'it is in' }]
  expect(await settle(tree.meta, { ...bare, applicability: known }, { cache, signal })).toMatchObject({
    state: 'already-applied',
    by: 'version',
  })
})

test('no series is the tree as it is, and nothing has to be said about it', async () => {
  writeFakeTree(join(root, 'linux'), {})
  await using tree = await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
  const settled = await settle(tree.meta, noSeries, { cache, signal })
  expect(settled.by).toBe('version')
  expect(legsOf(settled)).toEqual({ before: [], after: [] })
})

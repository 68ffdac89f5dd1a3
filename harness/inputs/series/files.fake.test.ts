// SPDX-License-Identifier: MIT
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { exec, numberedLines, writeFakeTree } from '../../testing/fake-tree.ts'
import { readPatches } from './files.ts'
import { listSeries, loadSeries, patchSeriesFromFiles } from './load.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-files-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = (name: string, text: string | Buffer): string => {
  mkdirSync(join(root, name, '..'), { recursive: true })
  writeFileSync(join(root, name), text)
  return join(root, name)
}

/** Two commits on a toy kernel, as git makes patches of them. */
const twoMails = (): string => {
  const repo = join(root, 'repo')
  writeFakeTree(repo)
  exec(repo, 'git', 'init', '-q')
  exec(repo, 'git', 'add', '.')
  exec(repo, 'git', 'commit', '-qm', 'base')
  for (const [n, subject] of [
    [3, 'mm: Früh change'],
    [25, 'mm: later change'],
  ] as const) {
    writeFileSync(
      join(repo, 'mm/zsmalloc.c'),
      numberedLines((i) => (i === 3 || i === n ? 'int changed;' : `int line_${i};`)),
    )
    exec(repo, 'git', 'commit', '-qam', `${subject}\n\nWords.\n`)
  }
  return exec(repo, 'git', 'format-patch', '--stdout', '-2')
}
const refusal = async (path: string): Promise<string> => {
  const error = await readPatches(path).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as UsageError).hint).toBeTruthy()
  return (error as UsageError).message.replaceAll(`${root}/`, '')
}

describe('readPatches', () => {
  test('an mbox gives its patches in the order that they are numbered', async () => {
    const [first, second] = twoMails().split(/^(?=From [0-9a-f]{40} )/m)
    const patches = await readPatches(put('a.mbox', `${second}${first}`))
    expect(patches.map(({ subject }) => subject)).toEqual(['mm: Früh change', 'mm: later change'])
    expect(patches.map(({ text }) => /^@@.*/m.exec(text)?.[0])).toEqual([
      '@@ -1,6 +1,6 @@',
      expect.stringContaining('@@ -22,7'),
    ])
  })

  test('a cover letter and a reply that quotes a diff are not patches', async () => {
    const [first = ''] = twoMails().split(/^(?=From [0-9a-f]{40} )/m)
    const cover = first
      .replace(/^Subject: .*\n.*\n/m, 'Subject: [PATCH 0/1] cover\n')
      .replace(/^diff --git[\s\S]*/m, '-- \n2.39\n')
    const reply = first.replace(/^Subject: .*$/m, 'Subject: Re: [PATCH 1/2] x')
    const only = first.replace('1/2', '1/1')
    expect(await readPatches(put('a.mbox', `${cover}\n${only}\n${reply}`))).toHaveLength(1)
    expect(await refusal(put('b.mbox', `${cover.replace('0/1', '0/2')}\n${first}\n${reply}`))).toBe(
      'b.mbox: missing: [PATCH 2/2]',
    )
  })

  test('a bare diff is named after its file', async () => {
    const diff = /^diff --git[\s\S]*?(?=^-- )/m.exec(twoMails())?.[0] ?? ''
    const [patch] = await readPatches(put('x.diff', diff))
    expect(patch).toMatchObject({ subject: 'x.diff', text: diff, firstLine: 0, reverse: false })
  })

  test.each<[string, (mails: string) => string | Buffer, RegExp]>([
    ['empty', () => '', /^p: the file is empty$/],
    ['junk', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), /^p:1: binary data/],
    ['prose', () => 'Dear all,\nhello\n', /^p: contains no patch$/],
    ['CRLF', (mails) => mails.replaceAll('\n', '\r\n'), /^p:4: lines end in CRLF/],
    [
      'lost blanks',
      (mails) => mails.replaceAll('\n int', '\nint'),
      /^p:19: white space is damaged: a line of hunk #1 begins with "i", not/,
    ],
    [
      'cut off',
      (mails) => mails.slice(0, mails.indexOf('+int changed')),
      /^p:22: the patch ends here, but hunk #1 promises 3 more old/,
    ],
    [
      'a path above',
      (mails) => mails.replaceAll('mm/zsmalloc.c', '../../etc/x'),
      /^p:16: the path a\/..\/..\/etc\/x leaves the tree$/,
    ],
  ])('%s: a message with file and line', async (_, damage, expected) => {
    expect(await refusal(put('p', damage(twoMails())))).toMatch(expected)
  })

  test('no file and a folder', async () => {
    expect(await refusal(join(root, 'none'))).toBe('none: does not exist')
    expect(await refusal(root)).toContain('is a folder')
  })

  test('--patch files make a series that names what they touch', async () => {
    const series = await patchSeriesFromFiles([put('fix.mbox', twoMails())])
    expect(series).toMatchObject({ name: 'fix', title: 'mm: Früh change', touches: ['mm/zsmalloc.c'], requires: [] })
    expect(series.patches).toHaveLength(2)
    await expect(patchSeriesFromFiles([])).rejects.toThrow('--patch names no file')
  })
})

describe('loadSeries', () => {
  const yaml = (more = '') => `title: x
patches: [0001.patch]
touches: [mm/zsmalloc.c]
requires: []
applicability: [{versions: '>=6.1', state: applies, note: n}]
signature: []
knownFindings: []
${more}`
  const toy = (name: string, text = yaml()): void => {
    rmSync(join(root, 'repo'), { recursive: true, force: true })
    put(`patches/${name}/0001.patch`, twoMails().split(/^(?=From [0-9a-f]{40} )/m)[0] ?? '')
    put(`patches/${name}/series.yaml`, text)
  }
  const load = (name: string) => loadSeries(name, join(root, 'patches'))

  test('reads the folder', async () => {
    toy('one')
    expect(await load('one')).toMatchObject({ name: 'one', patches: [{ subject: 'mm: Früh change' }] })
    expect(await listSeries(join(root, 'patches'))).toEqual(['one'])
  })

  test.each<[string, string, RegExp]>([
    [
      'a misspelt key',
      yaml('knownFindngs: []'),
      /series.yaml:8:1: unknown key "knownFindngs" — did you mean knownFindings\?/,
    ],
    [
      'a misspelt state',
      yaml().replace('state: applies', 'state: aplies'),
      /series.yaml:5:44: applicability\[0\].state: "aplies" is none of .* — did you mean applies\?/,
    ],
    [
      'a bad range',
      yaml().replace('>=6.1', 'new'),
      /series.yaml:5:28: applicability\[0\].versions: is not a version range/,
    ],
    [
      'a patch that does not exist',
      yaml().replace('0001', '0002'),
      /0002.patch is listed but does not exist — did you mean 0001.patch\?/,
    ],
    [
      'a file not named',
      yaml().replace('mm/zsmalloc.c', 'mm/zswap.c'),
      /touches names mm\/zswap.c, the patches change mm\/zsmalloc.c/,
    ],
    ['a patch elsewhere', yaml().replace('0001.patch', '../0001.patch'), /must be a file next to series.yaml/],
    [
      'a base that does not exist',
      yaml().replace('requires: []', "requires: [{series: two, versions: '*'}]"),
      /there is no series "two"/,
    ],
    [
      'itself as base',
      yaml().replace('requires: []', "requires: [{series: one, versions: '*'}]"),
      /one → one require each other/,
    ],
    ['a setting that is none', yaml('settings: {lane: [pump]}'), /settings: unknown key "lane" — did you mean lanes\?/],
    ['a lane that is none', yaml('settings: {lanes: [pumps]}'), /"pumps" is none of .* — did you mean pump\?/],
    [
      'a config that is none',
      yaml('settings: {configs: [zpool-onn]}'),
      /series.yaml: settings.configs: there is no config "zpool-onn" — did you mean zpool-on\?/,
    ],
    [
      'a config of the corpus that is none',
      yaml('corpus: {commit: abc, people: [a, b, c], configs: [zpool-onn]}'),
      /series.yaml: corpus.configs: there is no config "zpool-onn" — did you mean zpool-on\?/,
    ],
    ['a profile that is none', yaml('settings: {profile: kasn}'), /settings.profile: there is no profile "kasn"/],
    ['no Kconfig line', yaml('settings: {options: [FAILSLAB]}'), /settings.options\[0\]: is not a Kconfig line/],
    [
      'two Kconfig lines in one',
      yaml('settings: {options: ["CONFIG_A=y\\nCONFIG_B=y"]}'),
      /settings.options\[0\]: not a Kconfig line/,
    ],
    ['two parameters in one', yaml('settings: {parameters: [a=1 b=2]}'), /is not a kernel parameter/],
    ['too little memory', yaml('settings: {memoryMiB: 64}'), /settings.memoryMiB: /],
  ])('%s', async (_, text, expected) => {
    toy('one', text)
    await expect(load('one')).rejects.toThrow(expected)
  })

  test('a path: the folder, with what it requires beside it or else in patches/', async () => {
    const needs = (name: string): string =>
      yaml().replace('requires: []', `requires: [{series: ${name}, versions: '*'}]`)
    toy('one')
    toy('two')
    toy('../mine/two')
    toy('../mine/near', needs('two'))
    toy('../mine/far', needs('one'))
    toy('../mine/none', needs('three'))
    const dirOf = async (name: string, base: string) => (await load(join(root, 'mine', name))).bases.get(base)?.dir
    expect(await dirOf('near', 'two')).toBe(join(root, 'mine/two'))
    expect(await dirOf('far', 'one')).toBe(join(root, 'patches/one'))
    await expect(load(join(root, 'mine/none'))).rejects.toThrow(
      `${root}/mine/none/series.yaml: requires: there is no series "three"`,
    )
    expect(await load(join(root, 'mine/two'))).toMatchObject({ name: 'two', dir: join(root, 'mine/two') })
  })

  test('a name wins over a folder, and a path that is no series is refused', async () => {
    toy('one')
    toy('../one')
    mkdirSync(join(root, 'empty'))
    vi.spyOn(process, 'cwd').mockReturnValue(root)
    expect((await load('one')).dir).toBe(join(root, 'patches/one'))
    expect((await load('./one')).dir).toBe(join(root, 'one'))
    await expect(load('empty')).rejects.toThrow(`--series empty: ${root}/empty has no series.yaml`)
    await expect(load('./none')).rejects.toThrow(`--series ./none: there is no folder ${root}/none`)
    vi.restoreAllMocks()
  })

  test('variants: their patches are read, and their files checked', async () => {
    const variants = (more: string) => yaml(`variants: [{versions: '>=6.2', patches: [0001.patch, 0002.patch]${more}}]`)
    const second = '--- a/mm/zswap.c\n+++ b/mm/zswap.c\n@@ -1 +1 @@\n-a\n+b\n'
    toy('one', variants(', touches: [mm/zsmalloc.c, mm/zswap.c]'))
    await expect(load('one')).rejects.toThrow('0002.patch is listed but does not exist')
    put('patches/one/0002.patch', second)
    const { patches, variants: found, touches } = await load('one')
    expect([patches.length, touches]).toEqual([1, ['mm/zsmalloc.c']])
    expect(found).toMatchObject([{ versions: '>=6.2', touches: ['mm/zsmalloc.c', 'mm/zswap.c'], patches: [{}, {}] }])
    toy('one', variants(''))
    await expect(load('one')).rejects.toThrow(
      'variants[0] (>=6.2): touches names mm/zsmalloc.c, the patches change mm/zsmalloc.c, mm/zswap.c',
    )
  })

  test('hold points: those of a variant win, and are checked too', async () => {
    const holds = (own: string) =>
      yaml(`hold: ['f for 1ms']\nvariants: [{versions: '>=6.2', patches: [0001.patch]${own}}]`)
    toy('one', holds(", hold: ['g for 2ms']"))
    expect((await load('one')).variants).toMatchObject([{ hold: ['g for 2ms'] }])
    toy('one', holds(''))
    expect((await load('one')).variants).toMatchObject([{ hold: ['f for 1ms'] }])
    toy('one', holds(", hold: ['g for ever']"))
    await expect(load('one')).rejects.toThrow('one/series.yaml: variants[0].hold[0]')
  })

  test('settings, all of them', async () => {
    toy(
      'one',
      yaml(
        `settings: {lanes: [pump], configs: [zpool-on], profile: lockdep, options: [CONFIG_FAILSLAB=y, '# CONFIG_X is not set # versions: >=6.2'],
  parameters: [cgroup_disable=memory, zswap.enabled=0], memoryMiB: 1024, secondDiskMiB: 64}`,
      ),
    )
    expect((await load('one')).settings).toEqual({
      ...{ lanes: ['pump'], configs: ['zpool-on'], profile: 'lockdep', memoryMiB: 1024, secondDiskMiB: 64 },
      options: ['CONFIG_FAILSLAB=y', '# CONFIG_X is not set # versions: >=6.2'],
      parameters: ['cgroup_disable=memory', 'zswap.enabled=0'],
    })
    toy('one')
    expect((await load('one')).settings).toEqual({})
  })

  test('an unlisted patch and an unknown name', async () => {
    toy('one')
    put('patches/one/0002.patch', 'x')
    await expect(load('one')).rejects.toThrow('0002.patch is in the folder but not listed')
    await expect(load('onne')).rejects.toThrow('there is no series "onne" — did you mean one?')
  })
})

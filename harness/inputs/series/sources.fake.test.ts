// SPDX-License-Identifier: MIT
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exec, numberedLines, writeFakeTree } from '../../testing/fake-tree.ts'
import { patchSeriesFromFiles } from './load.ts'
import { readSource, recordedSpec, refuseTwice } from './sources.ts'

let root: string
let repo: string
const git = (...args: string[]): string => exec(repo, 'git', ...args).trim()
const commit = (changed: number, subject: string): void => {
  const lines = readFileSync(join(repo, 'mm/zsmalloc.c'), 'utf8').split('\n')
  writeFileSync(join(repo, 'mm/zsmalloc.c'), lines.with(changed - 1, `int ${subject};`).join('\n'))
  git('commit', '-qam', subject)
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-sources-'))
  repo = join(root, 'linux')
  writeFakeTree(repo, { 'mm/zsmalloc.c': numberedLines() })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'base')
  git('tag', 'old')
  commit(3, 'first')
  commit(25, 'second')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  vi.resetModules()
  await rm(root, { recursive: true, force: true })
})

const subjects = async (spec: string) => (await readSource(spec)).map(({ subject }) => subject)
const range = (text: string): string => `git:${repo}#${text}`

describe('git:PATH#A..B', () => {
  test('gives the commits as patches, oldest first', async () => {
    const patches = await readSource(range('old..main'))
    expect(patches.map(({ subject, file }) => [subject, file])).toEqual([
      ['first', range('old..main')],
      ['second', range('old..main')],
    ])
    expect(patches[1]!.text).toContain('+++ b/mm/zsmalloc.c')
    expect(await subjects(range('main~1..main'))).toEqual(['second'])
    expect(await patchSeriesFromFiles([range('old..main')])).toMatchObject({ name: 'old..main' })
  })

  test('whatever the repository is configured for: no other text, and no program is run', async () => {
    const plain = await readSource(range('old..main'))
    const ran = join(root, 'ran')
    writeFileSync(join(root, 'evil'), `#!/bin/sh\ntouch ${ran}\n`)
    chmodSync(join(root, 'evil'), 0o755)
    for (const [name, value] of [
      ['diff.noprefix', 'true'],
      ['diff.external', join(root, 'evil')],
      ['diff.x.textconv', join(root, 'evil')],
      ['diff.x.command', join(root, 'evil')],
      ['log.showSignature', 'true'],
      ['gpg.program', join(root, 'evil')],
      ['format.attach', 'true'],
      ['format.signOff', 'true'],
      ['format.signature', 'mine'],
      ['format.numbered', 'false'],
      ['format.coverLetter', 'true'],
      ['format.subjectPrefix', 'NO 9/9'],
      ['format.headers', 'X-Mine: 1'],
      ['diff.context', '0'],
      ['color.ui', 'always'],
      ['core.pager', join(root, 'evil')],
    ] as const)
      git('config', name, value)
    mkdirSync(join(repo, '.git/info'), { recursive: true })
    writeFileSync(join(repo, '.git/info/attributes'), '* diff=x\n')
    expect((await readSource(range('old..main'))).map(({ sha256 }) => sha256)).toEqual(
      plain.map(({ sha256 }) => sha256),
    )
    expect(existsSync(ran)).toBe(false)
  })

  test.each<[string, () => void, string]>([
    ['main..old', () => undefined, 'no commit is in this range'],
    ['none..main', () => undefined, 'the repository has no commit none'],
    ['old..none', () => undefined, 'the repository has no commit none'],
    ['old...main', () => undefined, 'not of the form git:PATH#A..B'],
    ['--output=x..main', () => undefined, 'not of the form git:PATH#A..B'],
    ['main', () => undefined, 'not of the form git:PATH#A..B'],
    ['old..main', () => git('commit', '-q', '--allow-empty', '-m', 'empty'), '1 of its 3 commits change nothing'],
    [
      'old..main',
      () => {
        git('checkout', '-q', '-b', 'side', 'old')
        git('commit', '-q', '--allow-empty', '-m', 'side')
        git('checkout', '-q', 'main')
        git('merge', '-q', '-m', 'merge', 'side')
      },
      'there are merges in this range',
    ],
  ])('%s is refused', async (text, prepare, message) => {
    prepare()
    await expect(readSource(range(text))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/./),
    })
  })

  test('needs a repository on this host', async () => {
    await expect(readSource(`git:${root}/none#a..b`)).rejects.toThrow(`there is no folder ${root}/none`)
    await expect(readSource(`git:${root}#a..b`)).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('lore:MESSAGE-ID', () => {
  const ID = 'lore:20230110231801.a@kernel.org'
  const withB4 = (script: string): void => {
    mkdirSync(join(root, 'bin'))
    writeFileSync(join(root, 'bin/b4'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    vi.stubEnv('PATH', `${root}/bin:${process.env.PATH}`)
  }

  test('gives the mbox that b4 makes', async () => {
    writeFileSync(join(root, 'mbox'), git('format-patch', '--stdout', '-n', 'old..main'))
    withB4(`[ "$*" = "am -o $3 -n series 20230110231801.a@kernel.org" ] && cp ${root}/mbox $3/series.mbx`)
    expect(await subjects(ID)).toEqual(['first', 'second'])
  })

  test('a part that b4 could not find is missing', async () => {
    const [, second] = git('format-patch', '--stdout', '-n', 'old..main').split(/^(?=From [0-9a-f]{40} )/m)
    writeFileSync(join(root, 'mbox'), `${second}\n${second!.replace('2/2', '3/2')}`.replaceAll('/2]', '/3]'))
    withB4(`cp ${root}/mbox $3/series.mbx`)
    await expect(readSource('lore:x.b@c')).rejects.toThrow('missing: [PATCH 1/3]')
  })

  test.each<[string, string | undefined, number, string]>([
    ['lore:a@b', undefined, 2, 'b4 is not installed'],
    ['lore:no-id', undefined, 2, 'not a message id'],
    ['lore:--help@b', undefined, 2, 'not a message id'],
    ['lore:b@b', 'echo "That message-id is not known." >&2; exit 1', 2, 'That message-id is not known.'],
    ['lore:c@b', 'echo "no network" >&2; exit 1', 3, 'b4 am exited with 1: no network'],
    ['lore:d@b', 'exit 0', 3, 'b4 am made no mbox'],
  ])('%s, %s: exit %i', async (spec, script, exitCode, message) => {
    if (script === undefined) {
      exec(root, 'ln', '-s', exec(root, 'sh', '-c', 'command -v bash').trim(), 'bash')
      vi.stubEnv('PATH', root)
    } else withB4(script)
    await expect(readSource(spec)).rejects.toMatchObject({ exitCode, message: expect.stringContaining(message) })
  })
})

describe('-', () => {
  const fresh = async (text: string) => {
    vi.resetModules()
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([Buffer.from(text)]) as never)
    return (await import('./sources.ts')).readSource
  }

  test('is standard input, of which a run may ask again', async () => {
    const read = await fresh(git('format-patch', '--stdout', 'old..main'))
    for (const _ of [1, 2])
      expect((await read('-')).map(({ file, subject }) => file + subject)).toEqual(['-first', '-second'])
  })

  test('must not be empty, and cannot be two flags', async () => {
    const read = await fresh('')
    await expect(read('-')).rejects.toThrow('-: standard input is empty')
    expect(() => refuseTwice(['-', 'a', '-'])).toThrow('standard input (-) can only be read once')
  })
})

test('what is recorded does not depend on the folder', () => {
  expect(['-', 'lore:a@b', 'x', 'git:x#a..b'].map(recordedSpec)).toEqual([
    '-',
    'lore:a@b',
    join(process.cwd(), 'x'),
    `git:${process.cwd()}/x#a..b`,
  ])
})

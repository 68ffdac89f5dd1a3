// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findDefinitions } from './definitions.ts'
import { maintainersOf } from './maintainers.ts'

let root: string
const tree = () => join(root, 'linux')
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-guilty-'))
  for (const dir of ['bin', 'linux/scripts', 'linux/mm', 'linux/tools/mm'])
    await mkdir(join(root, dir), { recursive: true })
  await writeFile(join(tree(), 'mm/a.c'), 'int foo(void)\n{\n}\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const script = (text: string): Promise<void> => writeFile(join(tree(), 'scripts/get_maintainer.pl'), text)

/** Puts a shell script in perl's place. */
const fakePerl = async (text: string): Promise<void> => {
  await writeFile(join(root, 'bin/perl'), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
}

test('the script is started in the tree, with the file; other lines are no maintainers', async () => {
  await script('')
  await fakePerl(
    'echo "warning: odd" >&2; test -f mm/a.c && for file; do :; done; echo "Ann <ann@example.org> (maintainer:$file)"',
  )
  expect(await maintainersOf(tree(), 'mm/a.c')).toEqual({
    maintainers: [{ name: 'Ann', email: 'ann@example.org', role: 'maintainer:mm/a.c' }],
  })
})

test('a script that fails is a reason, with its last line', async () => {
  await script('')
  await fakePerl('echo "Can\'t locate Getopt/Long.pm" >&2; exit 2')
  expect(await maintainersOf(tree(), 'mm/a.c')).toEqual({
    reason: "scripts/get_maintainer.pl exited with 2: Can't locate Getopt/Long.pm",
  })
})

test('a script that does not end is stopped', async () => {
  await script('')
  await fakePerl('exec sleep 60')
  expect(await maintainersOf(tree(), 'mm/a.c', { limitMs: 1000 })).toEqual({
    reason: expect.stringMatching(/get_maintainer.pl was stopped after 1 s/),
  })
})

test('an interrupt stops it', async () => {
  await script('')
  await fakePerl('exec sleep 60')
  await expect(maintainersOf(tree(), 'mm/a.c', { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
    exitCode: 130,
  })
})

test('a tree without the script, and a host without perl, are reasons', async () => {
  expect(await maintainersOf(tree(), 'mm/a.c')).toEqual({ reason: 'the tree has no scripts/get_maintainer.pl' })
  await script('')
  vi.stubEnv('PATH', join(root, 'bin'))
  expect(await maintainersOf(tree(), 'mm/a.c')).toEqual({
    reason: 'scripts/get_maintainer.pl needs perl, which is not installed',
  })
})

test('definitions are found in the kernel alone', async () => {
  await writeFile(join(tree(), 'mm/b.c'), 'int foo(void);\nint bar(void)\n{\n\tfoo();\n}\n')
  await writeFile(join(tree(), 'tools/mm/a.c'), 'int foo(void)\n{\n}\n')
  const found = await findDefinitions(tree(), ['foo', 'bar', 'gone', 'b(a'])
  expect(found).toEqual(
    new Map([
      ['foo', ['mm/a.c']],
      ['bar', ['mm/b.c']],
      ['gone', []],
    ]),
  )
  expect(await findDefinitions(tree(), [])).toEqual(new Map())
  expect(await findDefinitions(join(root, 'gone'), ['foo'])).toMatch(/^grep exited with 2/)
})

// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readmeOf } from '../../bundle/readme.ts'
import { partsOf } from '../../testing/bundles.ts'
import { evidenceOf } from './evidence.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-evidence-'))
  const files = {
    'patches/0001-fix.patch': 'a patch',
    'patches/mails.json': '[]',
    'patches/0002 with a space.patch': 'no name for a bundle',
    'cells/one/console.log': 'console',
    'cells/one/records.jsonl': '{}',
    'cells/one/splats/1.txt': 'BUG: one',
    'cells/one/splats/1.json': '{}',
    'cells/two/console.log': 'of another cell',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
})
afterAll(() => rm(dir, { recursive: true }))

const of = (id: string) => evidenceOf(dir, { id, verdict: 'fail', reason: 'KASAN: one' })

test('the evidence of a cell is its console, records, reports and patches, and nothing of another cell', async () => {
  const { files, verdict } = await of('one')
  expect(verdict).toBe('fail: KASAN: one')
  expect(Object.fromEntries(files.map(({ path, data }) => [path, `${data}`]))).toEqual({
    'patches/0001-fix.patch': 'a patch',
    'cell/console.log': 'console',
    'cell/records.jsonl': '{}',
    'cell/splats/1.txt': 'BUG: one',
  })
})

test('what a run no longer has is left out', async () =>
  expect((await of('gone')).files.map(({ path }) => path)).toEqual(['patches/0001-fix.patch']))

test('a link is not followed', async () => {
  await mkdir(join(dir, 'cells', 'linked'))
  await symlink(join(dir, 'cells', 'two', 'console.log'), join(dir, 'cells', 'linked', 'console.log'))
  expect((await of('linked')).files.map(({ path }) => path)).toEqual(['patches/0001-fix.patch'])
})

test('README.txt names what is there, and nothing else', async () => {
  const parts = partsOf('before')
  const about = { part: 'boot', cell: parts.cell } as const
  const whole = readmeOf(about, parts.build, await of('one'))
  expect(whole).toContain('fail: KASAN: one')
  expect(whole).toContain('cell/console.log')
  expect(whole).toContain('cell/splats/')
  expect(whole).toContain('patches/')
  const without = readmeOf(about, parts.build)
  expect(without).not.toMatch(/cell\/|patches\//)
})

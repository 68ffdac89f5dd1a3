// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { history } from '../../commands/actions/report-history.ts'
import { UsageError } from '../../model/errors.ts'
import { someNights } from '../../testing/nights.ts'
import { aRun } from '../../testing/runs.ts'
import { readRuns } from './read.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-history-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const folder = async (name: string, file: string, text: string): Promise<void> => {
  await mkdir(join(root, name), { recursive: true })
  await writeFile(join(root, name, file), text)
}

test('every folder is read, or listed with the reason', async () => {
  await folder('2026-11-20-a', 'run.json', JSON.stringify(aRun({ id: 'a' })))
  await folder('2026-11-21-half', 'run.json', '{"schemaVersion": 1, "id": "b')
  await folder('2026-11-22-newer', 'run.json', '{"schemaVersion": 7}')
  await folder('bisect-x', 'journal.jsonl', '')
  await folder('selftest-x', 'selftest.json', '{}')
  await folder('explore-x', 'explore.json', '{}')
  await mkdir(join(root, '2026-11-23-killed'))
  await mkdir(join(root, '2026-11-24-odd', 'run.json'), { recursive: true })
  await writeFile(join(root, 'README.md'), '# results')
  await symlink('2026-11-20-a', join(root, 'latest'))
  await symlink('nowhere', join(root, 'dangling'))
  const { read, notRead } = await readRuns(root)
  expect(read.map((one) => one.folder)).toEqual(['2026-11-20-a'])
  expect(notRead).toEqual([
    { folder: '2026-11-21-half', why: 'run.json is cut off or damaged' },
    { folder: '2026-11-22-newer', why: 'run.json has schema version 7, not 1' },
    { folder: '2026-11-23-killed', why: 'it has no run.json: not a run, or one that was killed before it started' },
    { folder: '2026-11-24-odd', why: 'run.json is not a file' },
    { folder: 'bisect-x', why: 'a bisection: see zsharness bisect report' },
    { folder: 'explore-x', why: 'an exploration' },
    { folder: 'selftest-x', why: 'a self-test' },
  ])
})

test('the page is written where it was asked for, and names what did not count', async () => {
  for (const run of someNights(3)) await folder(run.id, 'run.json', JSON.stringify(run))
  await folder('torn', 'run.json', '{')
  for (const format of ['html', 'json', 'markdown'] as const) {
    const output = join(root, `page.${format}`)
    await history(root, { format, output })
    expect(await readFile(output, 'utf8')).toContain('run.json is cut off or damaged')
  }
})

test('a folder without a run, or that is not there, is a usage error', async () => {
  await folder('torn', 'run.json', '{')
  for (const [dir, message] of [
    [root, /has no run; the first of 1 other folders is torn/],
    [join(root, 'nowhere'), /cannot be read as a folder of runs \(ENOENT\)/],
  ] as const) {
    const error = await history(dir, { format: 'json' }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toMatch(message)
  }
})

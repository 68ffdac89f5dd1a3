// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Patch, Series } from '../inputs/series/model.ts'
import { UsageError } from '../model/errors.ts'
import { type ReplayFile, readReplay, replayFile, requirePatches, type Tested } from './replayfile.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-replayfile-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const found: ReplayFile = {
  ...{ scenario: 'a', scenarioText: 'thread: work', schedule: '1:3 2:end', memory: 'sc', leg: 'before' },
  ...{ tree: 'debian:6.1', series: 's', config: 'zpool-on', llvm: false, explorer: 'x86_64-1' },
  ...{ patchFiles: ['/my.patch'], extraPatchFiles: [], patches: ['p'], extraPatches: [] },
  failure: { kind: 'bug', text: 'at 3', stack: ['zs_free'], isBug: true },
  holds: [{ thread: 1, choices: [{ text: 'zs_free for 15ms', why: 'it stands there' }] }],
}

const written = async (change: object) => {
  const file = join(dir, 'failure-1.schedule.json')
  await writeFile(file, JSON.stringify({ ...replayFile(found), ...change }))
  return file
}
const reading = async (schedule: string) => readReplay(await written({ schedule }))

test('a schedule is read as it was written', async () => expect(await readReplay(await written({}))).toEqual(found))

test.each([
  { scenarioText: 'thread: work\nthread: shrink' },
  { schedule: '1:4 2:end' },
  { failure: { ...found.failure, isBug: false } },
  { holds: [] },
  { check: 'x' },
])('one that was changed since is refused: %j', async (change) => {
  const error = await readReplay(await written(change)).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toContain('it was changed since explore wrote it')
})

test('one of another format says so, whatever else it has', async () => {
  const file = await written({ schemaVersion: 1, check: undefined })
  await expect(readReplay(file, '--schedule')).rejects.toThrow(`--schedule ${file}: of format 1`)
})

describe('the patches', () => {
  const bases = new Map<string, Series>()
  const tested = (sha256: string, extra: readonly string[] = []): Tested => ({
    series: { name: 's', patches: [{ sha256 } as Patch], variants: [], bases },
    extraPatches: extra.map((one) => ({ sha256: one })),
  })
  const no = { series: false, extraPatches: false }
  test('are the same', () => expect(() => requirePatches('f', '--replay', found, tested('p'), no)).not.toThrow())
  test('have changed', () =>
    expect(() => requirePatches('f', '--replay', found, tested('q'), no)).toThrow(
      '--replay f: /my.patch changed since it was found',
    ))
  test('are others', () =>
    expect(() => requirePatches('f', '--replay', found, tested('q'), { ...no, series: true })).toThrow(
      'found with other patches than those of s',
    ))
  test('are more', () =>
    expect(() => requirePatches('f', '--replay', found, tested('p', ['e']), { ...no, extraPatches: true })).toThrow(
      'found with other patches than those of --extra-patch',
    ))
})

test.each([
  ['nothing', ''],
  ['a byte that no argument can have', '1:1\u0000 2:end'],
  ['more than an argument can have', '1:1 '.repeat(40_000)],
])('a schedule of %s is refused', async (_, schedule) => {
  const error = await reading(schedule).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toContain('schedule: ')
})

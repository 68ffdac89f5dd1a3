// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ReplayFile, replayFile } from '../../explore/replayfile.ts'
import { readPatches } from '../../inputs/series/files.ts'
import { UsageError } from '../../model/errors.ts'
import { type ScheduleFlags, withSchedule } from './schedule.ts'

const PATCH = `Subject: fix

--- a/mm/zswap.c
+++ b/mm/zswap.c
@@ -1 +1 @@
-int a;
+int b;
`

let dir: string
let patch: string
let patches: string[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-schedule-'))
  patch = join(dir, 'fix.patch')
  await writeFile(patch, PATCH)
  patches = (await readPatches(patch)).map(({ sha256 }) => sha256)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const FLAGS: ScheduleFlags = { tree: 'debian:6.1', series: 'zsmalloc-deferred-handles', leg: 'both' }

const write = async (over: Partial<ReplayFile> = {}): Promise<string> => {
  const file = join(dir, 'failure-1.schedule.json')
  const found: ReplayFile = {
    ...{ scenario: 'a', scenarioText: 'x', schedule: '1:end', memory: 'sc', leg: 'before', tree: 'debian:6.12' },
    ...{ series: 'patches', config: 'zpool-off', llvm: false, patchFiles: [patch], extraPatchFiles: [] },
    patches,
    ...{ extraPatches: [], explorer: 'k', failure: { kind: 'bug', text: '', stack: ['zs_free'], isBug: true } },
    holds: [{ thread: 1, choices: [{ text: 'zs_free for 15ms', why: 'it stands there' }] }],
    ...over,
  }
  await writeFile(file, JSON.stringify(replayFile(found)))
  return file
}

const read = async (given: Partial<ScheduleFlags> = {}, over: Partial<ReplayFile> = {}) => {
  const schedule = await write(over)
  return withSchedule({ ...FLAGS, schedule, ...given }, (flag) => Object.hasOwn(given, flag))
}

test('a run without one is as it was', async () =>
  expect(await withSchedule(FLAGS, () => false)).toEqual({ flags: {}, schedule: null }))

test('the file says what is tested', async () => {
  const { flags, schedule } = await read()
  expect(flags).toMatchObject({ tree: 'debian:6.12', config: ['zpool-off'], patch: [patch] })
  expect(schedule).toMatchObject({ leg: 'before', symptom: 'bug', stack: ['zs_free'], bySignature: false })
})

test('another config may be tried', async () =>
  expect((await read({ config: ['zpool-on'] })).flags.config).toEqual(['zpool-on']))

test.each<[string, Partial<ScheduleFlags>, string]>([
  ['a tree', { tree: 'debian:6.1' }, '--tree debian:6.1: the schedule of'],
  ['a series', { series: 'none' }, 'it was found with other patches'],
  ['a leg', { leg: 'after' }, '--leg after'],
  ['points', { hold: ['zs_free for 1ms'] }, '--hold: --schedule arms the points'],
  ['a search', { amplify: 'auto' }, '--amplify auto'],
  ['no points', { amplify: false }, '--amplify off'],
  ['edits', { watch: true }, 'leave --watch out'],
])('%s that it contradicts is refused', async (_, given, text) => {
  const error = await read(given).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect(`${(error as UsageError).message} ${(error as UsageError).hint}`).toContain(text)
})

test('a patch that was edited since is refused', async () => {
  await writeFile(patch, PATCH.replace('int b', 'int c'))
  await expect(read()).rejects.toThrow(`${patch} changed since it was found`)
})

test('a patch from standard input is asked for', async () =>
  await expect(read({}, { patchFiles: ['-'] })).rejects.toThrow('came from standard input'))

test('a schedule without a preemption has nobody to hold', async () =>
  await expect(read({}, { holds: [] })).rejects.toThrow('nobody to hold'))

// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { readReplay, replayFile } from './replayfile.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-replayfile-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const known = replayFile({
  scenario: 'a',
  scenarioText: 'thread: work',
  schedule: '1:3 2:end',
  memory: 'sc',
  leg: 'before',
  tree: 'debian:6.1',
  series: 's',
  config: 'zpool-on',
})

const reading = async (schedule: string) => {
  const file = join(dir, 'failure-1.schedule.json')
  await writeFile(file, JSON.stringify({ ...known, schedule }))
  return readReplay(file)
}

test('a schedule is read as it was written', async () => expect(await reading(known.schedule)).toEqual(known))

test.each([
  ['nothing', ''],
  ['a byte that no argument can have', '1:1\u0000 2:end'],
  ['more than an argument can have', '1:1 '.repeat(40_000)],
])('a schedule of %s is refused', async (_, schedule) => {
  const error = await reading(schedule).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toContain('schedule: ')
})

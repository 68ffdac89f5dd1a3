// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aRun } from '../testing/runs.ts'
import { lastOfPlan } from './last.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-last-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (id: string, text: string): Promise<void> => {
  await mkdir(join(root, id))
  await writeFile(join(root, id, 'run.json'), text)
}
const ofPlan = (name: string | null, interrupted = false): string =>
  JSON.stringify(aRun({ interrupted, plan: name === null ? null : { name, shard: null, cells: [], leftOut: {} } }))

test('the last run of a plan is the newest of it, also an interrupted one, whatever else is there', async () => {
  expect(await lastOfPlan(root, 'corpus')).toBeUndefined()
  await write('2026-11-20-100000-aaaa', ofPlan('corpus'))
  await write('2026-11-21-100000-bbbb', ofPlan('corpus', true))
  await write('2026-11-22-100000-cccc', ofPlan('nightly'))
  await write('2026-11-23-100000-dddd', ofPlan(null))
  await write('2026-11-24-100000-eeee', '{ cut off')
  await mkdir(join(root, '2026-11-25-100000-ffff'))
  await write('bisect-2026', ofPlan('corpus'))
  expect(await lastOfPlan(root, 'corpus')).toBe(join(root, '2026-11-21-100000-bbbb'))
  expect(await lastOfPlan(join(root, 'nowhere'), 'corpus')).toBeUndefined()
})

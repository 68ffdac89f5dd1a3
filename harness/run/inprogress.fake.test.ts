// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anExploration, aRun } from '../testing/runs.ts'
import { RunInProgress } from './inprogress.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-progress-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('what is added to a finished run does not make it an interrupted one', async () => {
  const { verdict: _, exitCode: __, ...base } = aRun()
  const progress = new RunInProgress(dir, base, [], [])
  const written = async () => JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'))
  await progress.save(true)
  expect(await written()).toMatchObject({ interrupted: true, exitCode: 130 })
  await progress.save(false)
  progress.explorations.push(anExploration())
  await progress.save(true)
  expect(await written()).toMatchObject({ interrupted: false, exitCode: 0, explorations: [{ status: 'explored' }] })
})

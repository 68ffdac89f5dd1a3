// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeJson } from '../lib/files/atomic.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Event } from '../model/events.ts'
import type { RunResult } from '../model/results.ts'
import { FakeSlurm } from '../testing/slurm/fake.ts'
import { aSubmission, cellsFor, runFor } from '../testing/submission.ts'
import { collect } from './collect.ts'
import { findSubmission, mergedOf, type Submitted } from './folder.ts'
import { folderName, submitLayout } from './layout.ts'
import { partFileOf } from './merge.ts'

const NODE = resolve(import.meta.dirname, '../testing/slurm/node.mjs')

let top: string
let slurm: FakeSlurm
let events: Event[]
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-collect-'))
  slurm = await FakeSlurm.start()
  events = []
})
afterEach(async () => {
  await slurm[Symbol.asyncDispose]()
  await rm(top, { recursive: true, force: true, maxRetries: 5 })
})

/** A submission of four cells, each booted twice, whose nodes do as `how` says. */
const submit = async (how: object = {}): Promise<Submitted> => {
  const template = join(top, 'template.json')
  const resultsDir = join(top, 'results')
  const submission = aSubmission(2, { resultsDir, cwd: top, program: [process.execPath, NODE, template] })
  await mkdir(join(top, 'ran'))
  await writeJson(template, { run: runFor(cellsFor(submission)), ran: join(top, 'ran'), ...how })
  const root = join(resultsDir, folderName(submission.id))
  for (const part of submission.parts) await writeJson(submitLayout(root).part(part.id), partFileOf(submission, part))
  await writeJson(submitLayout(root).submission, submission)
  return { root, submission }
}
const wait = (submitted: Submitted, signal: AbortSignal = new AbortController().signal) =>
  collect(
    submitted,
    { signal, emit: (event) => void events.push(event) },
    { env: slurm.env, pollMs: 60, settleMs: 300, retries: 1 },
  )
const timeless = (run: RunResult): object => ({
  ...run,
  ...{ id: '', durationMs: 0, startedAt: '', command: [] },
  cells: run.cells.map((cell) => ({ ...cell, placed: null })),
})

test('a submitted run ends as the run of one machine; a lost attempt changes nothing but the attempt', async () => {
  const submitted = await submit({ lose: { '2-x86_64-zpool-on-kasan': 1 } })
  const { run, dir } = await wait(submitted)
  expect(timeless(run)).toEqual(timeless(runFor(cellsFor(submitted.submission))))
  expect(run.cells.map(({ placed }) => placed?.attempt).sort()).toEqual([1, 1, 1, 1, 1, 1, 2, 2])
  expect(await mergedOf(submitted.root)).toEqual({ dir, exitCode: run.exitCode })
  // The cells are in the merged run; the parts' own folders are gone.
  expect(await readdir(submitted.root)).not.toContain('tasks')
  const cells = events.flatMap((event) => (event.type === 'cell' ? [event.scope] : []))
  for (const { id } of submitted.submission.cells) expect(cells.filter((scope) => scope === id)).toHaveLength(1)
  expect(events.at(-1)).toMatchObject({ type: 'run', exitCode: run.exitCode, dir })
  expect((await findSubmission(submitted.submission.id, join(top, 'results'))).root).toBe(submitted.root)
})

test('a part that is always lost becomes errors of the host, and what it left is kept', async () => {
  const submitted = await submit({ lose: { '1-x86_64-zpool-on-kasan': 9 } })
  const { run } = await wait(submitted)
  expect(run).toMatchObject({ exitCode: 3, interrupted: false })
  expect(run.cells).toHaveLength(8)
  const lost = run.cells.filter(({ verdict }) => verdict === 'error')
  expect(lost.map(({ id }) => id)).toEqual(submitted.submission.parts[0]!.cells)
  expect(lost[0]!.reason).toContain('lost 2 times')
  expect(lost[0]!.reason).toContain('the disk is full')
  expect(await readdir(submitted.root)).toContain('tasks')
})

test('Ctrl-C cancels its jobs; the run is resumed by name, and no part that had ended runs again', async () => {
  const gate = join(top, 'gate')
  const submitted = await submit({ gate })
  const stop = new AbortController()
  const first = wait(submitted, stop.signal)
  const ended = expect(first).rejects.toThrow(InterruptedError)
  while (!events.some(({ type }) => type === 'cell')) await sleep(20)
  stop.abort()
  await ended
  await expect(first).rejects.toThrow(`zsharness slurm collect ${submitted.root}`)
  const once = await readdir(join(submitted.root, 'tasks'))
  await writeFile(gate, '')
  const { run } = await wait(await findSubmission(submitted.root, top))
  expect(run.cells).toHaveLength(8)
  for (const id of once) expect(await readFile(join(top, 'ran', id), 'utf8')).toBe('x')
})

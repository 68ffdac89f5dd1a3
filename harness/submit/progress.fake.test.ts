// SPDX-License-Identifier: MIT
import { appendFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Event } from '../model/events.ts'
import { layout } from '../slurm/layout.ts'
import { aSubmission } from '../testing/submission.ts'
import { SubmitProgress } from './progress.ts'

const submission = aSubmission('auto')
const [part] = submission.parts
const [cell] = part!.cells
let root: string
let events: Event[]
let progress: SubmitProgress
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-progress-'))
  events = []
  progress = new SubmitProgress(root, submission, (event) => void events.push(event))
})
afterEach(() => rm(root, { recursive: true }))

const print = async (name: string, ...printed: readonly (object | string)[]): Promise<void> => {
  const dir = join(layout(root).tasks, name)
  await mkdir(dir, { recursive: true })
  const lines = printed.map((one) => (typeof one === 'string' ? one : `${JSON.stringify({ elapsedMs: 1, ...one })}\n`))
  await appendFile(join(dir, 'stdout'), lines.join(''))
}
const attempt = (nth: number): string => `.${part!.id}.n${nth}.77.${nth}`
const step = { type: 'step', scope: cell!, step: 'boot', state: 'start' } as const
const verdict = (text: string, scope = cell!) => ({ type: 'cell', scope, verdict: 'pass', text }) as const
const commit = (nth: number): Promise<void> =>
  rename(join(layout(root).tasks, attempt(nth)), join(layout(root).tasks, part!.id))
const ended = { schemaVersion: 1, task: part!.id, node: 'n1', job: 1, attempt: 1, requeues: 0, exit: 0 } as const
const accept = (): void => {
  const result = { ...ended, startedAt: '', endedAt: '', dir: '', lost: 0 }
  progress.onSlurm({ type: 'done', task: part!.id, result })
}

test('steps are shown as they come, each once', async () => {
  await print(attempt(1), step)
  await progress.look()
  await progress.look()
  expect(events).toEqual([step])
})

test('a line is shown when it is whole', async () => {
  const text = `${JSON.stringify(step)}\n`
  await print(attempt(1), text.slice(0, 20))
  await progress.look()
  expect(events).toEqual([])
  await print(attempt(1), text.slice(20), 'no event\n', '{"type":"exec"}\n')
  await progress.look()
  expect(events).toEqual([step])
})

test.each([
  '{"type":"plan","added":5}',
  '{"type":"plan","cells":[],"added":[5]}',
  '{"type":"progress"}',
  '{"type":"note","scope":"x","level":"loud","text":1}',
  'null',
  '[]',
])('%s is no event: whatever starts zsharness may print too', async (line) => {
  await print(attempt(1), `${line}\n`, step)
  await progress.look()
  expect(events).toEqual([step])
})

test('a file that cannot be read is no reason to end a run', async () => {
  await mkdir(join(layout(root).tasks, attempt(1), 'stdout'), { recursive: true })
  await print(attempt(2), step)
  await progress.look()
  expect(events).toEqual([step])
})

test('a verdict counts once its part is accepted; that of a lost attempt never does', async () => {
  await print(attempt(1), verdict('of the first'))
  await progress.look()
  await print(attempt(2), verdict('of the second'))
  await progress.look()
  await commit(2)
  await progress.look()
  expect(events).toEqual([])
  accept()
  await progress.look()
  await progress.look()
  expect(events).toEqual([verdict('of the second')])
})

test('nor does that of a part whose results cannot be used', async () => {
  await print(attempt(1), verdict('of the first'))
  await commit(1)
  await progress.look()
  await rename(join(layout(root).tasks, part!.id), join(layout(root).tasks, `.${part!.id}.damaged.7.1`))
  await print(attempt(2), verdict('of the second'))
  await progress.look()
  await commit(2)
  accept()
  await progress.look()
  expect(events).toEqual([verdict('of the second')])
})

test('the same when everything is found at once', async () => {
  await print(attempt(1), verdict('of the first'))
  await print(attempt(2), verdict('of the second'))
  await commit(2)
  accept()
  await progress.look()
  expect(events).toEqual([verdict('of the second')])
})

test('the verdict of a pair is not that of a part, and its own summary is not that of the run', async () => {
  await print(
    part!.id,
    verdict('of the pair', cell!.replace(/-(before|after)$/, '')),
    { type: 'note', scope: '', level: 'info', text: 'times' },
    { type: 'run', verdict: 'pass', exitCode: 0, text: '' },
    { type: 'note', scope: '', level: 'warning', text: 'mind this' },
  )
  await progress.look()
  expect(events).toEqual([{ type: 'note', scope: '', level: 'warning', text: 'mind this' }])
})

test('boots that a proof adds join the plan', async () => {
  const added = `${cell}-run2`
  accept()
  await print(part!.id, { type: 'plan', cells: [...part!.cells, added], added: [added] }, verdict('clean', added))
  await progress.look()
  const [plan, ...rest] = events
  expect(plan).toMatchObject({ type: 'plan', added: [added] })
  expect((plan as Extract<Event, { type: 'plan' }>).cells.slice(0, 2)).toEqual([cell, added])
  expect(rest).toEqual([verdict('clean', added)])
})

test('a part that was given up makes its cells errors', () => {
  const result = { schemaVersion: 1, task: part!.id, error: 'lost', remedy: 'look', dir: '', lost: 4 } as const
  progress.onSlurm({ type: 'done', task: part!.id, result })
  expect(events).toEqual(part!.cells.map((scope) => ({ type: 'cell', scope, verdict: 'error', text: 'lost (look)' })))
})

// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { bookOf } from './book.ts'
import { parseAttempt } from './layout.ts'
import { parseSqueue } from './parse.ts'
import { type SlurmRecord, startOf } from './records.ts'
import type { SlurmTask } from './tasks.ts'
import { type Decision, decide, type FolderView, type Situation, unplaced } from './watch.ts'

const RUN = '0123abcd'
const at = '2023-01-10T23:18:01.000Z'
const start = startOf(RUN, 'key', at)
const submitting = (sub: number, elements: string[][], attempts = elements.map(() => 0)): SlurmRecord => ({
  t: 'submitting',
  at,
  sub,
  elements,
  attempts,
})
const submitted = (sub: number, job: string): SlurmRecord => ({ t: 'submitted', at, sub, job })
const closed = (sub: number, index: number, lost: string[]): SlurmRecord => ({
  t: 'closed',
  at,
  sub,
  index,
  why: 'its job ended as FAILED on n1',
  lost,
})

const task = (id: string, part: Partial<SlurmTask> = {}): SlurmTask => ({
  id,
  command: ['true'],
  cpus: 1,
  memoryMiB: 1,
  minutes: 1,
  ...part,
})

const folder = (committed: string[], attempts: string[] = []): FolderView => {
  const parsed = attempts.map((name) => parseAttempt(name)!)
  const ids = [...new Set(parsed.map((one) => one.task))]
  return {
    committed: new Set(committed),
    attempts: new Map(ids.map((id) => [id, parsed.filter((one) => one.task === id)])),
  }
}

const records = [start, submitting(1, [['a'], ['b', 'c']]), submitted(1, '40')]
const tasks = ['a', 'b', 'c'].map((id) => task(id))
const line = (index: number, state: string, reason = 'None', sub = 1, job = 40) =>
  `${job}|${index}|${state}|${state === 'PENDING' ? '' : 'n1'}|zs-${RUN}-${sub}|${reason}`

const situation = (queue: string[], part: Partial<Situation> = {}): Situation => ({
  run: RUN,
  tasks,
  book: bookOf(records),
  queue: parseSqueue(queue),
  nodes: new Set(['n1']),
  folder: folder([]),
  since: new Map(),
  nowMs: 10_000,
  settleMs: 5_000,
  ...part,
})

/** What is decided when the same is seen again later. */
const later = (one: Situation, ms: number): Decision =>
  decide({ ...one, since: decide(one).since, nowMs: one.nowMs + ms })

const running = [line(0, 'RUNNING'), line(1, 'PENDING', 'Resources')]

describe('an element', () => {
  test.each<[string, Situation]>([
    ['that runs or waits', situation(running)],
    ['that is queued again', situation([line(0, 'COMPLETING'), line(1, 'PENDING', 'BeginTime')])],
    ['in an unknown state', situation([line(0, 'NEW_WORD'), line(1, 'RUNNING')])],
    ['whose results are there', situation([line(0, 'COMPLETED')], { folder: folder(['a', 'b', 'c']) })],
    ['that was closed', situation([], { book: bookOf([...records, closed(1, 0, ['a']), closed(1, 1, [])]) })],
    ['that was cancelled', situation([], { book: bookOf([...records, { t: 'cancelled', at }]) })],
  ])('%s is not closed', (_, one) => expect(later(one, 60_000).close).toEqual([]))

  test('is lost only after its results had time to appear', () => {
    const one = situation([line(0, 'COMPLETED'), line(1, 'RUNNING')])
    expect(decide(one).close).toEqual([])
    expect(later(one, 4_000).close).toEqual([])
    expect(later(one, 5_000).close).toEqual([
      { sub: 1, index: 0, why: 'its job ended as COMPLETED on n1', lost: ['a'] },
    ])
  })

  test('that came back meanwhile is not lost', () => {
    const ended = situation([line(0, 'NODE_FAIL'), line(1, 'RUNNING')])
    const back = { ...situation(running), since: decide(ended).since, nowMs: 12_000 }
    const again = { ...ended, since: decide(back).since, nowMs: 16_000 }
    expect(decide(again).close).toEqual([])
  })

  test.each<[string, Partial<Situation>, string, string[]]>([
    ['that Slurm forgot', {}, 'Slurm knows its job no longer', ['a']],
    ['that was never submitted costs nothing', { book: bookOf(records.slice(0, 2)) }, 'it was never submitted', []],
    ['that began shows it by its attempt', { folder: folder([], ['.a.n1.5.1']) }, 'Slurm knows its job no longer', []],
    [
      'that began nothing new lost a try',
      {
        folder: folder([], ['.a.n1.5.1']),
        book: bookOf([start, submitting(1, [['a'], ['b', 'c']], [1, 0]), submitted(1, '40')]),
      },
      'Slurm knows its job no longer',
      ['a'],
    ],
  ])('%s', (_, part, why, lost) => {
    const one = situation([line(1, 'RUNNING')], part)
    expect(later(one, 5_000).close).toEqual([{ sub: 1, index: 0, why, lost }])
  })

  test('of which a task ended costs the others nothing', () => {
    const one = situation([line(0, 'RUNNING')], { folder: folder(['b']) })
    expect(later(one, 5_000).close).toEqual([{ sub: 1, index: 1, why: 'Slurm knows its job no longer', lost: [] }])
  })

  test('that began before its group ended costs nothing', () => {
    const own = [task('a', { after: 'g' }), task('b', { group: 'g' }), task('c', { group: 'g' })]
    const early = situation([line(1, 'RUNNING')], { tasks: own })
    expect(later(early, 5_000).close[0]).toMatchObject({ index: 0, lost: [] })
    const due = situation([], { tasks: own, folder: folder(['b', 'c']) })
    expect(later(due, 5_000).close[0]).toMatchObject({ index: 0, lost: ['a'] })
  })
})

describe('a job', () => {
  test('that the journal does not know is adopted by its name, once', () => {
    const one = situation([...running, line(0, 'RUNNING', 'None', 2, 41), line(1, 'RUNNING', 'None', 2, 41)], {
      book: bookOf([...records, submitting(2, [['x'], ['y']])]),
    })
    expect(decide(one).adopt).toEqual([{ sub: 2, job: '41' }])
  })
  test('of another run is left alone', () => {
    const other = running.map((text) => text.replace(RUN, 'ffffffff').replace('40|', '50|'))
    expect(decide(situation([...running, ...other])).adopt).toEqual([])
  })
})

describe('a reason that never resolves', () => {
  const stuck = situation([line(0, 'RUNNING'), line(1, 'PENDING', 'PartitionConfig')])
  test('counts when it is seen twice', () => {
    expect(decide(stuck).hopeless).toEqual([])
    expect(later(stuck, 2_000).hopeless).toEqual([
      { job: '40', index: 1, tasks: ['b', 'c'], reason: 'PartitionConfig', remedy: expect.stringContaining('sinfo') },
    ])
  })
  test.each(['launch failed requeued held', 'JobHoldMaxRequeue'])('%s: lost on that node, not everywhere', (reason) => {
    const held = situation([line(0, 'RUNNING'), line(1, 'PENDING', reason)])
    expect(decide(held)).toMatchObject({ abandon: [], hopeless: [] })
    expect(later(held, 2_000)).toMatchObject({ abandon: ['40_1'], hopeless: [], close: [] })
    // Once it is cancelled it is over, and lost a try.
    expect(later(situation([line(0, 'RUNNING'), line(1, 'CANCELLED')]), 5_000).close).toEqual([
      { sub: 1, index: 1, why: 'its job ended as CANCELLED on n1', lost: ['b', 'c'] },
    ])
  })
  test('does not count for a job that runs', () =>
    expect(later(situation([line(0, 'RUNNING', 'PartitionConfig'), line(1, 'RUNNING')]), 2_000).hopeless).toEqual([]))
  test('is a note when a node is only down', () => {
    const down = situation([line(0, 'RUNNING'), line(1, 'PENDING', 'ReqNodeNotAvail, UnavailableNodes:n1')])
    expect(later(down, 60_000)).toMatchObject({
      hopeless: [],
      notes: ['jobs wait for nodes that are down or reserved: n1'],
    })
  })
})

describe('a task', () => {
  const ids = ({ submit, giveUp }: ReturnType<typeof unplaced>) => ({
    submit: submit.map(({ id }) => id),
    giveUp: giveUp.map(({ id }) => id),
  })
  const next = (own: SlurmRecord[], view = folder([])) => ids(unplaced(tasks, bookOf(own), view, 3))
  const lost = (times: number, id: string): SlurmRecord[] =>
    Array.from({ length: times }, (_, step) => [submitting(step + 2, [[id]]), closed(step + 2, 0, [id])]).flat()

  test.each<[string, ReturnType<typeof ids>, string[], string[]]>([
    ['is submitted at the start', next([start]), ['a', 'b', 'c'], []],
    ['is submitted once', next(records), [], []],
    ['that is committed is left alone', next([start], folder(['a'])), ['b', 'c'], []],
    ['whose element was closed is submitted again', next([...records, closed(1, 1, [])]), ['b', 'c'], []],
    ['that was cancelled is submitted again', next([...records, { t: 'cancelled', at }]), ['a', 'b', 'c'], []],
    ['is submitted three times more', next([start, ...lost(3, 'a')]), ['a', 'b', 'c'], []],
    ['is given up after that', next([start, ...lost(4, 'a')]), ['b', 'c'], ['a']],
    [
      'is given up after four attempts on whatever node',
      next([start], folder([], ['.a.n1.1.1', '.a.n2.1.2', '.a.n1.2.3', '.a.n2.2.4'])),
      ['b', 'c'],
      ['a'],
    ],
  ])('%s', (_, seen, submit, giveUp) => expect(seen).toEqual({ submit, giveUp }))
})

// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drive } from './drive.ts'
import { floorSeconds } from './floor.ts'
import { chainSeconds, startable, type Task } from './pick.ts'
import { simulate, totalSeconds } from './simulate.ts'

const task = (id: string, part: Partial<Task> = {}): Task => ({
  id,
  after: [],
  cores: 2,
  memoryMiB: 1000,
  seconds: 10,
  ...part,
})
const build = (id: string, after: string[] = [], seconds = 100) =>
  task(id, { after, cores: 4, memoryMiB: 2000, seconds })

const picked = (waiting: Task[], running: Task[] = [], ended: string[] = [], cores = 4, memoryMiB = 4000): string[] =>
  startable({
    waiting,
    running,
    ended: new Set(ended),
    chains: chainSeconds([...waiting, ...running]),
    capacity: { cores, memoryMiB },
  }).map(({ id }) => id)

describe('the tasks to start are', () => {
  test.each<[string, string[], string[]]>([
    ['all that fit', picked([task('a'), task('b'), task('c')]), ['a', 'b']],
    ['the longest first', picked([task('a'), task('b', { seconds: 20 }), task('c', { seconds: 30 })]), ['c', 'b']],
    ['those of equal length in the order of the plan', picked([task('b'), task('a')]), ['b', 'a']],
    [
      'those that others wait for before the others',
      picked([task('boot', { seconds: 50 }), build('build', [], 40), task('next', { after: ['build'], seconds: 30 })]),
      ['build'],
    ],
    ['none that waits for another', picked([task('boot', { after: ['build'] })]), []],
    [
      'one that waited, once the other has ended',
      picked([task('boot', { after: ['build'] })], [], ['build']),
      ['boot'],
    ],
    [
      'none that overtakes a build which waits for resources',
      picked([build('build'), task('boot')], [task('old')]),
      [],
    ],
    ['those that fit into the memory', picked([task('a'), task('b')], [], [], 4, 1500), ['a']],
    ['none without free resources', picked([task('a')], [build('build')]), []],
  ])('%s', (_, started, expected) => expect(started).toEqual(expected))

  test('a chain includes the tasks that wait for it', () => {
    const chains = chainSeconds([
      build('b', [], 100),
      task('x', { after: ['b'], seconds: 5 }),
      task('y', { after: ['b'] }),
    ])
    expect(Object.fromEntries(chains)).toEqual({ b: 110, x: 5, y: 10 })
  })
})

/** Tasks that wait only for earlier ones. */
const tasks = fc
  .array(
    fc.record({
      cores: fc.integer({ min: 1, max: 12 }),
      memoryMiB: fc.integer({ min: 1, max: 9000 }),
      seconds: fc.integer({ min: 1, max: 900 }),
      before: fc.array(fc.nat(30), { maxLength: 3 }),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(
      ({ before, ...rest }, index): Task => ({
        ...rest,
        id: `t${index}`,
        after: before.filter((one) => one < index).map((one) => `t${one}`),
      }),
    ),
  )
const capacity = fc.record({ cores: fc.integer({ min: 1, max: 16 }), memoryMiB: fc.integer({ min: 100, max: 8000 }) })

describe('any plan on any machine', () => {
  test('runs every task once, after what it waits for, never over capacity', () => {
    fc.assert(
      fc.property(tasks, capacity, (all, machine) => {
        const slots = simulate(all, machine)
        expect(slots.map(({ task: { id } }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
        const end = new Map(slots.map(({ task: { id }, to }) => [id, to]))
        for (const { task: own, from } of slots) {
          for (const id of own.after) expect(end.get(id)!).toBeLessThanOrEqual(from)
          const together = slots.filter((other) => other.from <= from && from < other.to).map((slot) => slot.task)
          expect(together.reduce((sum, { cores }) => sum + cores, 0)).toBeLessThanOrEqual(machine.cores)
          expect(together.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)).toBeLessThanOrEqual(machine.memoryMiB)
        }
      }),
    )
  })

  test('takes no longer than the tasks in sequence', () => {
    fc.assert(
      fc.property(tasks, capacity, (all, machine) => {
        expect(totalSeconds(all, machine)).toBeLessThanOrEqual(all.reduce((sum, { seconds }) => sum + seconds, 0))
      }),
    )
  })
})

describe('the floor', () => {
  test.each<[string, Task[], number]>([
    ['is nothing without tasks', [], 0],
    ['is the work of all, divided by the cores', [task('a'), task('b'), task('c')], 15],
    ['is the longest chain', [task('a'), task('b', { after: ['a'] }), task('c', { after: ['b'] })], 30],
    ['is the work divided by the memory', [task('a', { memoryMiB: 4000 }), task('b', { memoryMiB: 4000 })], 20],
    ['is that of a machine that is smaller than a task', [task('a', { cores: 64 })], 10],
  ])('%s', (_, all, seconds) => expect(floorSeconds(all, { cores: 4, memoryMiB: 4000 })).toBe(seconds))

  test('is never above the schedule', () => {
    fc.assert(
      fc.property(tasks, capacity, (all, machine) => {
        expect(floorSeconds(all, machine)).toBeLessThanOrEqual(totalSeconds(all, machine) + 1e-6)
      }),
    )
  })
})

describe('drive', () => {
  const machine = { cores: 4, memoryMiB: 4000 }

  test('does all tasks, two boots at a time', async () => {
    let [now, most] = [0, 0]
    const done: string[] = []
    await drive([build('b'), ...['x', 'y', 'z'].map((id) => task(id, { after: ['b'] }))], machine, async ({ id }) => {
      most = Math.max(most, ++now)
      await sleep(5)
      now--
      done.push(id)
    })
    expect(most).toBe(2)
    expect(done[0]).toBe('b')
    expect(done.sort()).toEqual(['b', 'x', 'y', 'z'])
  })

  test('does the tasks that a task adds, when there is room', async () => {
    const done: string[] = []
    await drive([task('a'), task('b')], machine, async ({ id }, add) => {
      if (id === 'a') add([task('a2', { cores: 99 }), task('a3', { after: ['a2'] })])
      await sleep(5)
      done.push(id)
    })
    expect(done.slice(0, 2).sort()).toEqual(['a', 'b'])
    expect(done.slice(2)).toEqual(['a2', 'a3'])
  })

  test('throws the first error after the running tasks have ended', async () => {
    const done: string[] = []
    const all = drive([task('a'), task('b'), task('c', { seconds: 1 })], machine, async ({ id }) => {
      if (id === 'a') throw new Error('a broke')
      await sleep(10)
      done.push(id)
    })
    await expect(all).rejects.toThrow('a broke')
    expect(done).toEqual(['b'])
  })
})

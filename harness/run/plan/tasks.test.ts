// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { simulate } from '../schedule/simulate.ts'
import { planPairs } from './pairs.ts'
import { type Expected, type RunTask, tasksFor } from './tasks.ts'

const legs = ['before', 'after'] as const
const at = { tree: 'debian:6.1', series: 'posted', profile: 'kasan', legs }
const pairs = planPairs(
  (['x86_64', 'arm64'] as const).flatMap((arch) => ['on', 'off'].map((config) => ({ ...at, arch, config }))),
  1,
)
const capacity = { cores: 2, memoryMiB: 8000 }
const speed = { fixedS: 8, objectS: 0.5 }
const forecastOf = (objects: number, donor: string | null = null) => ({
  cached: false,
  objects,
  full: donor === null,
  donor,
})
/** A full build of each architecture, from which the other configs start. */
const cold: Expected = {
  bootSeconds: () => 60,
  bootMiB: 1024,
  speed: () => speed,
  build: ({ id, arch, config }, leg) => {
    if (leg === 'after') return forecastOf(6, `${id}-before`)
    return config === 'on' ? forecastOf(800) : forecastOf(400, `${arch}-on-kasan-before`)
  },
}

const secondsOf = (tasks: readonly RunTask[]): Record<string, number> =>
  Object.fromEntries(tasks.filter(({ kind }) => kind === 'build').map(({ id, seconds }) => [id, seconds]))

test('a build waits for the one whose objects it starts from', () => {
  const tasks = tasksFor(pairs, capacity, cold)
  const after = Object.fromEntries(tasks.filter(({ kind }) => kind === 'build').map((task) => [task.id, task.after]))
  expect(after).toMatchObject({
    'build x86_64-on-kasan-before': [],
    'build x86_64-on-kasan-after': ['build x86_64-on-kasan-before'],
    'build x86_64-off-kasan-before': ['build x86_64-on-kasan-before'],
    'build x86_64-off-kasan-after': ['build x86_64-off-kasan-before'],
  })
})

test('a build takes as long as its objects', () => {
  expect(secondsOf(tasksFor(pairs, capacity, cold))).toMatchObject({
    'build x86_64-on-kasan-before': 8 + 200,
    'build x86_64-on-kasan-after': 8 + 1.5,
    'build x86_64-off-kasan-before': 8 + 100,
  })
})

test.each<[string, ReturnType<Expected['build']>]>([
  ['in the cache', { cached: true, objects: 0, full: false, donor: null }],
  ['that cannot be built', undefined],
  ['equal to one of an earlier build', forecastOf(0, 'x86_64-on-kasan-before')],
])('a kernel %s takes seconds, in one seat', (_, forecast) => {
  const [task] = tasksFor(pairs, { ...capacity, cores: 16 }, { ...cold, build: () => forecast })
  expect(task).toMatchObject({ seconds: 3, cores: 2, inSeat: true })
})

test('a boot waits for both kernels of its pair, because their warnings are compared', () => {
  const boots = tasksFor(pairs, capacity, cold).filter(({ kind }) => kind === 'boot')
  for (const { after, pair } of boots) expect(after).toEqual([`build ${pair.id}-before`, `build ${pair.id}-after`])
})

describe('on a large machine', () => {
  const large = { cores: 16, memoryMiB: 64_000 }
  const tasks = tasksFor(pairs, large, cold)
  const slots = simulate(tasks, large)
  const together = (one: (typeof slots)[number]): readonly RunTask[] =>
    slots.filter((two) => two.from <= one.from && one.from < two.to).map(({ task }) => task)

  test('a build takes all CPUs, one of few objects a seat as a boot does', () => {
    const cores = Object.fromEntries(tasks.map((task) => [task.id, task.cores]))
    expect(cores).toMatchObject({
      'build x86_64-on-kasan-before': 16,
      'build x86_64-off-kasan-before': 16,
      'build x86_64-on-kasan-after': 2,
      'boot x86_64-on-kasan-after': 2,
    })
  })

  test('a build of many objects runs alone', () => {
    const alone = slots.filter(({ task }) => task.kind === 'build' && !task.inSeat)
    expect(alone).toHaveLength(4)
    for (const slot of alone) expect(together(slot)).toHaveLength(1)
  })

  test('builds of few objects fill seats beside boots', () => {
    const small = slots.filter(({ task }) => task.kind === 'build' && task.inSeat)
    expect(small.some((slot) => together(slot).length > 1)).toBe(true)
    expect(Math.max(...slots.map((slot) => together(slot).length))).toBe(8)
  })
})

test('repeated boots share a build', () => {
  const [pair] = planPairs([{ ...at, arch: 'arm64', config: 'on' }], 3)
  const tasks = tasksFor([pair!], capacity, cold)
  expect(
    tasks
      .map(({ kind }) => kind)
      .sort()
      .join(' '),
  ).toBe('boot boot boot boot boot boot build build')
})

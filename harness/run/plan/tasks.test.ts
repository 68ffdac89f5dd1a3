// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
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
const cold: Expected = { bootSeconds: () => 60, isCached: () => false }

const secondsOf = (tasks: readonly RunTask[]): Record<string, number> =>
  Object.fromEntries(tasks.filter(({ kind }) => kind === 'build').map(({ id, seconds }) => [id, seconds]))

test('the first build of an architecture comes before the others, which reuse its objects', () => {
  const tasks = tasksFor(pairs, capacity, cold)
  expect(secondsOf(tasks)).toMatchObject({ 'build x86_64-on-kasan-before': 450, 'build x86_64-on-kasan-after': 40 })
  const order = simulate(tasks, capacity).map(({ task }) => task)
  for (const arch of ['x86_64', 'arm64']) {
    const builds = order.filter(({ kind, pair }) => kind === 'build' && pair.arch === arch)
    expect(builds[0]!.id).toBe(`build ${arch}-on-kasan-before`)
    expect(builds).toHaveLength(4)
  }
})

test('any number of configs needs one full build for each architecture', () => {
  const full = Object.values(secondsOf(tasksFor(pairs, capacity, cold))).filter((seconds) => seconds > 100)
  expect(full).toHaveLength(2)
})

test('a build can reuse the objects of a cached kernel', () => {
  const isCached: Expected['isCached'] = ({ config }, leg) => config === 'off' && leg === 'after'
  const seconds = secondsOf(tasksFor(pairs, capacity, { ...cold, isCached }))
  expect(seconds).toMatchObject({ 'build x86_64-on-kasan-before': 40, 'build x86_64-off-kasan-after': 3 })
})

test('a boot waits for both kernels of its pair, because their warnings are compared', () => {
  const boots = tasksFor(pairs, capacity, cold).filter(({ kind }) => kind === 'boot')
  for (const { after, pair } of boots) expect(after).toEqual([`build ${pair.id}-before`, `build ${pair.id}-after`])
})

test('a build takes all CPUs, a boot two', () => {
  const large = { cores: 16, memoryMiB: 64_000 }
  const tasks = tasksFor(pairs, large, cold)
  expect(tasks.every(({ kind, cores }) => cores === (kind === 'build' ? 16 : 2))).toBe(true)
  const boots = simulate(tasks, large).filter(({ task }) => task.kind === 'boot')
  expect(Math.max(...boots.map((one) => boots.filter((two) => two.from <= one.from && one.from < two.to).length))).toBe(
    8,
  )
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

// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Event } from '../model/events.ts'
import { githubRenderer } from './github.ts'
import { jsonlRenderer } from './jsonl.ts'
import { plainRenderer } from './plain.ts'
import type { Clock, Output, Renderer } from './renderer.ts'

type Timed = readonly [ms: number, event: Event]

const run = (make: (out: Output, clock: Clock) => Renderer, events: readonly Timed[]): string => {
  let [text, now] = ['', 0]
  const renderer = make({ write: (more) => (text += more) }, () => now)
  for (const [ms, event] of events) {
    now = ms
    renderer.onEvent(event)
  }
  renderer.close()
  return text
}

const before = 'x86_64-zpool-on-kasan-before'
const after = 'x86_64-zpool-on-kasan-after'
const build = (scope: string, state: 'start' | 'done' | 'cached'): Event => ({
  type: 'step',
  scope,
  step: 'build',
  state,
})
const built = (scope: string, fraction: number): Event => ({
  type: 'progress',
  scope,
  step: 'build',
  fraction,
  detail: '318 objects',
  remainingMs: 130_000,
})

const story: readonly Timed[] = [
  [0, { type: 'plan', cells: [before, after] }],
  [100, { type: 'step', scope: 'debian:6.1', step: 'tree', state: 'cached', detail: '6.1.192' }],
  [200, build(before, 'start')],
  [1_000, built(before, 0.01)],
  [11_000, built(before, 0.436)],
  [12_000, built(before, 0.5)],
  [15_000, { type: 'note', scope: after, level: 'warning', text: 'slow host' }],
  [20_200, build(before, 'done')],
  [
    30_000,
    {
      type: 'cell',
      scope: before,
      verdict: 'fail',
      text: 'general protection fault in shrink_worker',
      findings: [{ kind: 'gpf', title: '100% ::broken', file: 'mm/zsmalloc.c', line: 7, known: false }],
    },
  ],
  [3_700_000, { type: 'cell', scope: after, verdict: 'pass', text: 'clean' }],
  [3_700_000, { type: 'run', verdict: 'fixed', exitCode: 0, text: 'all as expected', dir: 'results/x' }],
]

test('plain writes one line for each event', () => {
  expect(run(plainRenderer, story)).toMatchInlineSnapshot(`
    "[   0:00] 2 cells: x86_64-zpool-on-kasan-before, x86_64-zpool-on-kasan-after
    [   0:00] debian:6.1: source tree from the cache: 6.1.192
    [   0:00] x86_64-zpool-on-kasan-before: kernel build
    [   0:11] x86_64-zpool-on-kasan-before: kernel build 43 %, 318 objects, ETA 2 min 10 s
    [   0:15] x86_64-zpool-on-kasan-after: warning: slow host
    [   0:20] x86_64-zpool-on-kasan-before: kernel build done in 20 s
    [   0:30] x86_64-zpool-on-kasan-before: FAIL: general protection fault in shrink_worker
    [1:01:40] x86_64-zpool-on-kasan-after: PASS: clean
    [1:01:40] run FIXED (exit 0): all as expected
              results: results/x
    "
  `)
})

test('github folds by scope and annotates findings', () => {
  expect(run(githubRenderer, story)).toMatchInlineSnapshot(`
    "[   0:00] 2 cells: x86_64-zpool-on-kasan-before, x86_64-zpool-on-kasan-after
    ::group::debian:6.1
    [   0:00] debian:6.1: source tree from the cache: 6.1.192
    ::endgroup::
    ::group::x86_64-zpool-on-kasan-before
    [   0:00] x86_64-zpool-on-kasan-before: kernel build
    [   0:11] x86_64-zpool-on-kasan-before: kernel build 43 %, 318 objects, ETA 2 min 10 s
    [   0:20] x86_64-zpool-on-kasan-before: kernel build done in 20 s
    ::endgroup::
    [   0:30] x86_64-zpool-on-kasan-before: FAIL: general protection fault in shrink_worker
    ::error file=mm/zsmalloc.c,line=7,title=gpf (x86_64-zpool-on-kasan-before)::100%25 ::broken
    ::group::x86_64-zpool-on-kasan-after
    [   0:15] x86_64-zpool-on-kasan-after: warning: slow host
    ::endgroup::
    [1:01:40] x86_64-zpool-on-kasan-after: PASS: clean
    [1:01:40] run FIXED (exit 0): all as expected
              results: results/x
    "
  `)
})

test('jsonl is the events themselves', () => {
  const lines = run(jsonlRenderer, story).trimEnd().split('\n')
  const events = lines.map((line) => JSON.parse(line))
  expect(events.map(({ elapsedMs }) => elapsedMs)).toEqual(story.map(([ms]) => ms))
  expect(events.map(({ elapsedMs, ...event }) => event)).toEqual(story.map(([, event]) => event))
})

test('what ended well is not an annotation for GitHub', () => {
  const ended = (verdict: string): Timed => [0, { type: 'cell', scope: 'x86_64-zpool-on-kasan', verdict, text: 'so' }]
  expect(run(githubRenderer, [ended('fixed'), ended('caught'), ended('pass')])).not.toContain('::error')
  expect(run(githubRenderer, [ended('invalid')])).toContain('::warning title=invalid')
  expect(run(githubRenderer, [ended('regression')])).toContain('::error title=regression')
})

test('what calls for nobody is no annotation for GitHub', () => {
  const ended = (aside: boolean): Timed => [
    0,
    { type: 'cell', scope: 'explore-zpool-on', verdict: 'inconclusive', text: 'so', aside },
  ]
  expect(run(githubRenderer, [ended(true)])).not.toContain('::warning')
  expect(run(githubRenderer, [ended(true)])).toContain('explore-zpool-on: INCONCLUSIVE: so')
  expect(run(githubRenderer, [ended(false)])).toContain('::warning title=inconclusive (explore-zpool-on)')
})

test('cells that are added are listed alone', () => {
  const again = `${before}-run2`
  expect(run(plainRenderer, [[0, { type: 'plan', cells: [before, again, after], added: [again] }]])).toBe(
    `[   0:00] 1 more cell, as the proof needs: ${again}\n`,
  )
})

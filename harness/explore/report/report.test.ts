// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { failureLine, searchedLeg } from '../../testing/explore/lines.ts'
import { parseRecord } from '../records.ts'
import type { ExploreResult, FoundFailure } from '../result.ts'
import { stepsOf } from '../schedule.ts'
import { exploreHtml } from './html.tsx'
import { layOutSchedule } from './layout.ts'
import { exploreText, scheduleText } from './text.ts'

const HOLDS = [
  {
    thread: 1,
    choices: [
      { text: 'zs_map_object until zs_free for 15ms', why: 'thread 1 stands there' },
      { text: 'zswap_writeback_entry until zs_free for 15ms', why: 'further out' },
    ],
  },
]

const failure = (): FoundFailure => {
  const parsed = parseRecord(JSON.stringify(failureLine('shrink-free')))
  if ('problem' in parsed || parsed.record.type !== 'failure') throw new Error('no failure')
  const raw = parsed.record
  const place = { function: 'zs_free', file: 'mm/zsmalloc.c', line: 7 }
  return {
    ...{ scenario: raw.scenario, scenarioText: raw.text, schedule: raw.schedule, bound: 1, nth: 30, model: false },
    ...{ file: 'before/failure-1.schedule.json', foundMs: 2, isBug: true, unseen: null, stack: [place], holds: HOLDS },
    kind: 'null-dereference',
    text: 'read of 4 bytes at 0 \u001b[31m</script>',
    steps: stepsOf(raw, { places: () => [place], textAt: () => 'a < b', variableOf: () => null }).map((step) => ({
      ...step,
      stack: [...step.stack],
    })),
  }
}

const result = (): ExploreResult => ({
  schemaVersion: 1,
  id: 'explore-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  command: ['zsharness', 'explore'],
  arch: 'x86_64',
  tree: 'debian:6.1',
  version: '6.1.192',
  series: 'fix',
  config: 'zpool-on',
  compiler: 'gcc',
  search: { memory: 'sc', points: 'racy', bound: 3, budgetMs: 60_000, generate: 1, seed: 1, processes: 2 },
  verdict: 'inconclusive',
  reasons: ['a reason'],
  bound: 2,
  exitCode: 4,
  limits: ['a limit'],
  legs: [{ ...searchedLeg('before'), status: 'failed', failures: [failure()], models: ['slab'] }, searchedLeg('after')],
})

test('a schedule has a column for each thread, with what it is asked to do', () => {
  const text = scheduleText(failure())
  const [head = ''] = text.split('\n')
  expect(head).toMatch(/^thread 1: shrink +\| thread 2: free 1$/)
  expect(text).toMatch(/^ {46} \| begins: free 1$/m)
  expect(text).toMatch(/^-+ switch$/m)
  expect(text).toContain('*** null-dereference: read of 4 bytes at 0')
})

test('the text says what was found, how far, and what it cannot say', () => {
  const text = exploreText(result())
  for (const part of [
    'inconclusive: fix on debian:6.1',
    '- a reason',
    'found in the model, not confirmed on a booted kernel',
    'complete up to 2 preemptions for 1 of 1 scenarios',
    '1 of 1 lines of the patch with code ran',
    'a model: slab',
    '- a limit',
    '--replay before/failure-1.schedule.json',
  ])
    expect(text).toContain(part)
  expect(text).not.toContain('\u001b')
})

test('the page has the diagram, and nothing of a patch becomes markup', () => {
  const page = exploreHtml(result())
  expect(page).toContain('<svg')
  expect(page).toContain('thread 2')
  expect(page).toContain('a &lt; b')
  expect(page).not.toContain('0 \u001b[31m</script>')
  expect(page.match(/<\/script>/g)).toHaveLength(1)
})

test('a patched kernel that fails comes first on the page', () => {
  const sections = (page: string) => page.match(/The kernel with(?:out)? the patch/g)
  expect(sections(exploreHtml(result()))).toEqual(['The kernel without the patch', 'The kernel with the patch'])
  const [before, after] = result().legs
  const failing = { ...result(), legs: [before!, { ...after!, status: 'failed' as const, failures: [failure()] }] }
  expect(sections(exploreHtml(failing))).toEqual(['The kernel with the patch', 'The kernel without the patch'])
})

describe('the layout', () => {
  const layout = layOutSchedule(failure().steps)
  test('has rows from top to bottom without gaps', () => {
    let y = 0
    for (const row of layout.rows) {
      expect(row.y).toBe(y)
      y += row.height
    }
    expect(layout.height).toBe(y)
  })
  test('goes from thread to thread', () =>
    expect(layout.switches.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 1],
    ]))
  test('two threads do not hold one lock at once', () => {
    const held = layout.held.filter(({ lock }) => lock === 'pool lock')
    expect(held.map(({ thread }) => thread)).toEqual([1, 2])
    expect(held[0]!.to).toBeLessThanOrEqual(held[1]!.from)
  })
  test('of nothing is empty', () => expect(layOutSchedule([])).toMatchObject({ rows: [], height: 0 }))
})

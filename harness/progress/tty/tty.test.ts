// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event, Step } from '../../model/events.ts'
import { frame, lastFrame } from './frame.ts'
import { LiveArea } from './live.ts'
import { paint } from './look.ts'
import { advance, initialState } from './state.ts'
import { cut, textWidth } from './width.ts'

const anyLine = fc.string({ unit: 'binary', maxLength: 120 })
const scope = fc.oneof(
  fc.constantFrom(
    'debian:6.1',
    'x86_64-zpool-on-kasan',
    'x86_64-zpool-on-kasan-before',
    'x86_64-zpool-on-kasan-after-run2',
  ),
  anyLine,
)
const step = fc.constantFrom<Step>('tree', 'patch', 'config', 'build', 'guest', 'boot', 'lane', 'judge')
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: fc.constant('plan' as const), cells: fc.array(scope) }),
  fc.record({
    type: fc.constant('step' as const),
    scope,
    step,
    state: fc.constantFrom('start', 'done', 'cached'),
    detail: anyLine,
  }),
  fc.record({
    type: fc.constant('progress' as const),
    scope,
    step,
    fraction: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true })),
    detail: anyLine,
    remainingMs: fc.double(),
  }),
  fc.record({ type: fc.constant('note' as const), scope, level: fc.constantFrom('info', 'warning'), text: anyLine }),
  fc.record({
    type: fc.constant('cell' as const),
    scope,
    verdict: fc.constantFrom('pass', 'fail', 'error', 'fixed'),
    text: anyLine,
  }),
)

const plain = { colours: false, unicode: true }
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

test('a frame fits into any terminal and has no control characters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 30 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (events, columns, rows) => {
        const state = events.reduce((now, event, index) => advance(now, event, index * 1000), initialState(0))
        const lines = frame(state, { columns, rows }, { nowMs: 40_000, look: plain })
        expect(lines.length).toBeLessThanOrEqual(rows)
        for (const line of [...lines, ...lastFrame(state, { nowMs: 40_000, look: plain })])
          expect(line).not.toMatch(CONTROL)
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns)
      },
    ),
    { numRuns: 30 },
  )
})

describe('the tree', () => {
  const events: readonly Event[] = [
    { type: 'plan', cells: ['x86_64-zpool-on-kasan-before', 'x86_64-zpool-on-kasan-after'] },
    { type: 'step', scope: 'debian:6.1', step: 'tree', state: 'cached', detail: '6.1.192' },
    { type: 'step', scope: 'x86_64-zpool-on-kasan-before', step: 'build', state: 'start' },
    {
      type: 'progress',
      scope: 'x86_64-zpool-on-kasan-before',
      step: 'build',
      fraction: 0.5,
      detail: '371 objects',
      remainingMs: 65_000,
    },
  ]
  const at = (nowMs: number, more: readonly Event[] = []) =>
    frame(
      [...events, ...more].reduce((now, event) => advance(now, event, 0), initialState(0)),
      { columns: 80, rows: 24 },
      { nowMs, look: plain },
    )

  test('shows phase, percentage, ETA and what is waiting', () => {
    expect(at(5_000)).toEqual([
      'zsharness  0 of 2 cells  0:05',
      'debian:6.1  source tree from the cache: 6.1.192',
      'x86_64-zpool-on-kasan',
      '├─ before     ⠋ kernel build ██████░░░░░░ 50 %, ETA 1 min 0 s  0:05',
      '│               371 objects',
      '└─ after      · waiting',
    ])
  })
  test('shows verdicts of cells and of their pair', () => {
    const text = 'general protection fault'
    const lines = at(9_000, [
      { type: 'cell', scope: 'x86_64-zpool-on-kasan-before', verdict: 'fail', text },
      { type: 'cell', scope: 'x86_64-zpool-on-kasan-after', verdict: 'pass', text: '' },
      { type: 'cell', scope: 'x86_64-zpool-on-kasan', verdict: 'fixed', text: 'all well' },
    ])
    expect(lines[2]).toBe('x86_64-zpool-on-kasan  ✓ fixed all well')
    expect(lines[3]).toContain('✗ fail 0:00  general protection fault')
  })
  test('counts the cells of the self-test, which are not pairs, and shows how each ended', () => {
    const events: readonly Event[] = [
      { type: 'plan', cells: ['warn', 'panic'] },
      { type: 'step', scope: 'warn', step: 'lane', state: 'start', detail: 'pump' },
      { type: 'cell', scope: 'warn', verdict: 'caught', text: 'by console: WARNING' },
    ]
    const state = events.reduce((now, event) => advance(now, event, 0), initialState(0))
    expect(frame(state, { columns: 80, rows: 24 }, { nowMs: 0, look: plain })).toEqual([
      'zsharness  1 of 2 cells  0:00',
      'warn  ✓ caught 0:00  by console: WARNING',
      'panic  · waiting',
    ])
  })
  test('counts no time that a cell waited for the other leg', () => {
    const step = (state: 'start' | 'done', name: Step): Event => ({ type: 'step', scope: 'x-after', step: name, state })
    const timed: readonly (readonly [number, Event])[] = [
      [0, step('start', 'build')],
      [5_000, step('done', 'build')],
      [65_000, step('start', 'boot')],
    ]
    const state = timed.reduce((now, [ms, event]) => advance(now, event, ms), initialState(0))
    expect(frame(state, { columns: 80, rows: 24 }, { nowMs: 67_000, look: plain })[2]).toMatch(/ boot {3}0:07$/)
  })
})

describe('the live area', () => {
  const written = (use: (live: LiveArea) => void): string[] => {
    const writes: string[] = []
    use(new LiveArea({ write: (text) => writes.push(text) }))
    return writes
  }
  test('writes each frame at once and only the lines that changed', () => {
    const writes = written((live) => {
      live.draw(['one', 'two'])
      live.draw(['one', 'two'])
      live.draw(['one', 'TWO'])
    })
    expect(writes).toHaveLength(2)
    expect(writes[1]).toBe('\u001b[?2026h\u001b[?7l\r\u001b[1A\r\nTWO\u001b[K\u001b[?7h\u001b[?2026l')
  })
  test('restores cursor and wrapping', () => {
    const all = written((live) => {
      live.draw(['one'])
      live.finish(['end'])
      live.draw(['again'])
      live.release()
    }).join('')
    expect(all.lastIndexOf('\u001b[?25h')).toBeGreaterThan(all.lastIndexOf('\u001b[?25l'))
    expect(all.lastIndexOf('\u001b[?7h')).toBeGreaterThan(all.lastIndexOf('\u001b[?7l'))
  })
  test('finds its first line again on a terminal that became narrower', () => {
    const [, redrawn] = written((live) => {
      live.draw(['x'.repeat(79), 'short'])
      live.redraw(['y'], 40)
    })
    expect(redrawn).toContain('\r\u001b[2Ay')
  })
})

describe('text', () => {
  test.each([
    ['abcdef', 4, 'abc…'],
    ['abc', 3, 'abc'],
    ['漢字かな', 5, '漢字…'],
    ['abc', 0, ''],
  ])('%s in %i columns is %s', (text, columns, shown) => expect(cut(text, columns, '…')).toBe(shown))
  test('colours do not count', () => {
    expect(
      paint(
        [
          ['abc', 'bad'],
          ['def', 'plain'],
        ],
        5,
        { colours: true, unicode: true },
      ),
    ).toBe('\u001b[1;31mabc\u001b[0md…')
  })
})

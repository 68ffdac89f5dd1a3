// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { aCell, aCrash, aHold, aReport, aRun } from '../testing/runs.ts'
import { type ReportFormat, renderReport } from './formats.ts'
import { holdLines } from './holds.ts'

const chosen = [
  {
    text: 'zs_map_object for 50ms',
    why: 'thread 1 stands there',
    instead: [
      { text: 'obj_to_page for 50ms', why: 'it was inlined' },
      { text: 'b for 50ms', why: 'absent' },
    ],
  },
]
const holds = aHold({
  from: 'schedule',
  armed: [{ text: 'zs_map_object for 50ms', lanes: [], override: false, sweep: false }],
  race: false,
  chosen,
})
const report = (confirmed: boolean) =>
  aReport(
    aRun({
      cells: [aCrash({ holds }), aCell({ holds })],
      schedule: {
        file: '/s.json',
        leg: 'before',
        holds: ['zs_map_object for 50ms'],
        confirmed,
        reason: 'it fails with Oops',
      },
    }),
  )

const written = (name: ReportFormat, confirmed: boolean): Promise<string> => renderReport(name, report(confirmed))

describe.each(['html', 'markdown', 'json'] as const)('the %s report', (name) => {
  test('says whether the schedule of explore is confirmed', async () => {
    expect(await written(name, true)).toMatch(
      /(?<!not )confirmed on a booted kernel: it fails with Oops|"confirmed": true/,
    )
    expect(await written(name, false)).toMatch(
      /not confirmed on a booted kernel: it fails with Oops|"confirmed": false/,
    )
  })
  test('says which points were chosen', async () =>
    expect(await written(name, true)).toContain('thread 1 stands there'))
})

test('a nearer point that the kernel cannot arm is named, with the reason', () =>
  expect(holdLines(aCrash({ holds }))).toContain(
    "chosen zs_map_object for 50ms: thread 1 stands there; not 'obj_to_page for 50ms': it was inlined, and 1 more",
  ))

test('a run without a schedule says nothing of one', async () =>
  expect(await renderReport('markdown', aReport(aRun()))).not.toContain('schedule'))

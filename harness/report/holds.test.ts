// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, RunResult } from '../model/results.ts'
import { aCell, aCrash, aFinding, aFound, aHeldPoint, aHold, aPair, aReport, aRequest, aRun } from '../testing/runs.ts'
import { noEvidence } from '../verdict/evidence.ts'
import { fewestOf } from '../verdict/holdpoints.ts'
import { headlineOf } from './headline.ts'
import { holdLines, kernelHolds } from './holds.ts'
import { htmlReport } from './html/page.tsx'
import { junitReport } from './junit.ts'
import { ktapReport } from './ktap.ts'
import { markdownReport } from './markdown.ts'
import { sarifReport } from './sarif.ts'

const { evidence } = aCell()
const point = 'zswap_writeback_entry:arg1'
const counted = (reached: number): CellResult['evidence'] => ({
  ...evidence,
  holds: [aHeldPoint({ point: 'zs_free:return:arg1', reached: 7 }), aHeldPoint({ point, reached, held: 3, met: 2 })],
})
const shown = [aFinding({ signature: true, shown: { in: 'race', stack: [] } })]
const MEANING = 'A hold only makes a moment last longer: any machine may meet this order of events'

const givenRun = (part: Partial<CellResult> = {}): RunResult =>
  aRun({
    cells: [
      aCrash({ holds: aHold(), findings: shown, evidence: counted(5), ...part }),
      aCell({ holds: aHold(), evidence: counted(50), ...part }),
    ],
  })

const searched = { request: aRequest({ search: true }), holds: aHold({ from: 'search', armed: [], race: false }) }
const search = (trials: number) => ({ ...evidence, windows: 40, hits: 9, search: { trials, orders: 30 } })
const searchRun = (): RunResult =>
  aRun({
    cells: [
      aCrash({ ...searched, findings: shown, evidence: search(14), found: aFound() }),
      aCell({ ...searched, evidence: search(33) }),
    ],
  })

describe('the points of one kernel', () => {
  test('are counted over its boots, those that held most first', () => {
    const cells = [1, 2].map((run) => aCell({ run, holds: aHold(), evidence: counted(5) }))
    expect(kernelHolds(cells)).toMatchObject([
      {
        kernel: 'x86_64-zpool-on-kasan with the patch',
        points: [
          { point, reached: 10, held: 6, met: 4 },
          { point: 'zs_free:return:arg1', reached: 14 },
        ],
        uncounted: 0,
      },
    ])
  })

  test('are apart from those of the other leg, and of another kernel', () => {
    const cells = [...givenRun().cells, aCell({ arch: 'arm64', holds: aHold() }), aCell({ config: 'zpool-off' })]
    expect(kernelHolds(cells).map(({ kernel, meaning }) => [kernel, meaning !== undefined])).toEqual([
      ['x86_64-zpool-on-kasan without the patch', true],
      ['x86_64-zpool-on-kasan with the patch', false],
      ['arm64-zpool-on-kasan with the patch', false],
    ])
  })

  test('of a guest that died before it counted are not zeros', () => {
    const died = { ...evidence, holds: [aHeldPoint()], lanes: [noEvidence('race')] }
    const crash = aCrash({ holds: aHold(), findings: shown, evidence: died })
    expect(kernelHolds([crash])).toMatchObject([{ uncounted: 1 }])
    expect(holdLines(crash).join('\n')).toMatch(/not counted: the guest died before[\s\S]*A hold only makes/)
    expect(holdLines(crash).join('\n')).not.toContain('reached 0')
  })
})

describe('a sweep', () => {
  const sweep = 'allocation 1 to 20 fails in tasks'
  const holds = aHold({ from: 'flags', armed: [{ text: sweep, lanes: [], override: false, sweep: true }], race: false })
  const swept = (injected: number) => ({ ...evidence, failNth: [{ sweep, set: 40, injected }] })
  const cells = [30, 1].map((injected, index) => aCell({ run: index + 1, holds, evidence: swept(injected) }))

  test.each([
    ['markdown', markdownReport],
    ['html', htmlReport],
  ])('is in %s, counted over the boots', (_, render) =>
    expect(render(aReport(aRun({ cells })))).toContain('31 allocations failed, of 80 that were to fail'),
  )

  test('is in the lines of a boot', () =>
    expect(holdLines(cells[1]!)).toEqual([
      `hold points: of --hold: ${sweep}`,
      `  ${sweep}: 1 allocation failed, of 40 that were to fail`,
    ]))

  test('of a guest that died before it counted is no zero', () => {
    const died = { ...swept(0), lanes: [noEvidence('race')] }
    const lines = holdLines(aCrash({ holds, findings: shown, evidence: died })).join('\n')
    expect(lines).toMatch(/not counted: the guest died before[\s\S]*A sweep makes allocations fail/)
    expect(lines).not.toContain('0 allocations')
  })
})

describe('points that were given', () => {
  const report = aReport(givenRun())

  test('are in the headline once, with the frees inside the windows of the race', () => {
    const { lines } = headlineOf(report).reasons[0]!
    expect(lines.filter(({ label }) => label === 'hold points')).toEqual([
      { label: 'hold points', tone: 'good', text: `of the series: ${aHold().armed[0]!.text}` },
    ])
    expect(lines[1]?.text).toContain('912 frees inside 1300 race windows')
  })

  test('other than those of lane race have hits, not frees', () => {
    const { cells } = givenRun({ holds: aHold({ from: 'flags', race: false }), reason: 'as it should' })
    const other = aReport(aRun({ cells, pairs: [aPair({ reason: 'as it should' })] }))
    expect(headlineOf(other).reasons[0]?.lines[1]?.text).toContain('912 hits in 1300 holds')
    for (const text of [markdownReport(other), htmlReport(other)])
      expect(text.replace(/<script>.*/s, '')).not.toMatch(/frees inside/)
  })

  test.each([
    ['markdown', markdownReport],
    ['html', htmlReport],
    ['junit', junitReport],
    ['ktap', ktapReport],
    ['sarif', sarifReport],
  ])('are in %s, with what the failure under them means', (_, render) => {
    const text = render(report).replaceAll('\\', '')
    expect(text).toContain(aHold().armed[0]!.text)
    expect(text).toContain(MEANING)
  })

  test.each([
    ['markdown', markdownReport],
    ['junit', junitReport],
    ['ktap', ktapReport],
  ])('are in %s by name, with their counters', (_, render) => {
    const text = render(report)
    expect(text).toMatch(/zswap_writeback_entry:arg1.*\b50\b.*\b3\b.*\b2\b/)
    expect(text).toMatch(/zs_free:return:arg1.*\b7\b/)
  })

  test('that no failure met mean nothing', () => {
    const clean = aReport(aRun({ cells: [aCell({ holds: aHold(), evidence: counted(5) })], pairs: [] }))
    for (const render of [markdownReport, htmlReport, junitReport, ktapReport, sarifReport])
      expect(render(clean)).not.toContain(MEANING)
  })
})

describe('a search', () => {
  const report = aReport(searchRun())

  test('is in the headline of each leg, and what it found beside them', () => {
    const { lines } = headlineOf(report).reasons[0]!
    expect(lines[1]?.text).toContain('33 trials of hold points, 30 orders of two points seen')
    expect(lines.find(({ label }) => label === 'found')?.text).toMatch(
      /^zswap_writeback_entry until zs_free for 5ms \(trial 14 in lane race, .*\): with this point 2 of 2 boots failed, .*the workload alone: 0 of 2 boots failed$/,
    )
  })

  test.each([
    ['markdown', markdownReport],
    ['html', htmlReport],
    ['junit', junitReport],
    ['ktap', ktapReport],
  ])('has in %s the lines to paste, and the workload alone beside them', (_, render) => {
    const text = render(report).replaceAll('\\', '').replaceAll('&#39;', "'")
    expect(text).toMatch(/hold:\n[ #|]* - 'zswap_writeback_entry until zs_free for 5ms'/)
    expect(text).toContain('the workload alone: 0 of 2 boots failed')
    expect(text).toMatch(/14 trials of hold points, 30 orders/)
  })

  test('leaves its points to SARIF as the fewest', () => {
    const [result] = JSON.parse(sarifReport(report)).runs[0].results
    expect(result.properties.hold).toEqual(fewestOf(aFound()))
  })

  test('of one leg alone is reported too', () => {
    const [crash] = searchRun().cells
    const { reasons } = headlineOf(aReport(aRun({ verdict: 'fail', pairs: [], cells: [crash!] })))
    expect(reasons[0]?.lines.map(({ label }) => label)).toContain('found')
  })
})

test('a run of an older zsharness, which knew one race, reads as before', () => {
  const text = markdownReport(aReport(aRun({ pairs: [aPair()] })))
  expect(text).toContain('912 frees inside 1300 race windows')
  expect(text).not.toContain('### Hold points')
})

// SPDX-License-Identifier: MIT
import type { LegName, RunResult } from '../../model/results.ts'
import { type Tone, toneOf } from '../../model/words.ts'
import { isOf } from '../../verdict/place.ts'
import type { LeanCell, Read } from './lean.ts'
import type { HistoryRow, Night } from './schema.ts'

/** What all boots of a kernel have in common, but for the leg. */
export type HistoryPlace = Pick<HistoryRow, 'tree' | 'series' | 'arch' | 'config' | 'profile'>

export const placeOf = ({ tree, series, arch, config, profile }: HistoryPlace): HistoryPlace => ({
  ...{ tree, series, arch, config, profile },
})

/** A place in words. */
export const nameOf = ({ tree, series, arch, config, profile }: HistoryPlace): string =>
  [series, tree, arch, config, profile].join(' ')

const RANK = ['fail', 'error', 'inconclusive', 'pass']

const failureOf = (cells: readonly LeanCell[]): string | undefined =>
  cells.flatMap(({ findings }) => findings.filter(({ known }) => !known))[0]?.title

const count = (cells: readonly LeanCell[], verdict: string): number =>
  cells.filter((one) => one.verdict === verdict).length

const nightOf = (
  cells: readonly LeanCell[],
  verdict: RunResult['verdict'],
  said: Pick<Night, 'run' | 'cut' | 'why'>,
): Night => ({
  ...said,
  verdict,
  boots: cells.length,
  passed: count(cells, 'pass'),
  failed: count(cells, 'fail'),
})

interface Entry {
  readonly place: HistoryPlace
  readonly leg: LegName | null
  readonly night: Night
}

const UNKNOWN = 'unknown'

const pairEntries = ({ folder, run }: Read): readonly Entry[] =>
  run.pairs.map((pair) => {
    const cells = run.cells.filter((cell) => isOf(cell, pair))
    const { tree = UNKNOWN, series = UNKNOWN } = cells[0] ?? {}
    const place = placeOf({ ...pair, tree: pair.tree ?? tree, series: pair.series ?? series })
    const after = cells.filter(({ leg }) => leg === 'after')
    const said = { run: folder, cut: false, why: failureOf(after) ?? pair.reason }
    return { place, leg: null, night: nightOf(cells, pair.verdict, said) }
  })

const kernelEntries = ({ folder, run }: Read): readonly Entry[] => {
  const alone = run.cells.filter((cell) => !run.pairs.some((pair) => isOf(cell, pair)))
  const groups = new Map<string, LeanCell[]>()
  for (const cell of alone) {
    const key = `${nameOf(cell)} ${cell.leg}`
    groups.set(key, [...(groups.get(key) ?? []), cell])
  }
  return [...groups.values()].map((cells) => {
    const [worst] = [...cells].sort((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict))
    const said = { run: folder, cut: run.interrupted, why: failureOf(cells) ?? worst!.reason }
    return { place: placeOf(worst!), leg: worst!.leg, night: nightOf(cells, worst!.verdict, said) }
  })
}

/** The tone of a night: a kernel without the patch is expected to fail, and a few boots of many show nothing good. */
export const toneOfNight = (
  { leg }: Pick<HistoryRow, 'leg'>,
  { verdict, cut }: Pick<Night, 'verdict' | 'cut'>,
): Tone => {
  const tone = toneOf(verdict)
  return (leg === 'before' && verdict === 'fail') || (cut && tone === 'good') ? 'unsure' : tone
}

/** Since when a row is bad. Nights that say nothing of the kernel change nothing. */
const streakOf = (leg: LegName | null, nights: readonly Night[]): Pick<HistoryRow, 'firstBad' | 'lastGood'> => {
  let firstBad: string | null = null
  let lastGood: string | null = null
  for (const night of nights) {
    const tone = toneOfNight({ leg }, night)
    if (tone === 'bad') firstBad ??= night.run
    if (tone === 'good') [firstBad, lastGood] = [null, night.run]
  }
  return { firstBad, lastGood }
}

/** Each pair, and each kernel without one, over all runs. */
export const rowsOf = (runs: readonly Read[]): readonly HistoryRow[] => {
  const rows = new Map<string, { place: HistoryPlace; leg: LegName | null; nights: Night[] }>()
  for (const { place, leg, night } of runs.flatMap((one) => [...pairEntries(one), ...kernelEntries(one)])) {
    const key = `${nameOf(place)} ${leg}`
    const row = rows.get(key) ?? { place, leg, nights: [] }
    row.nights.push(night)
    rows.set(key, row)
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { place, leg, nights }]) => ({ name: nameOf(place), ...place, leg, nights, ...streakOf(leg, nights) }))
}

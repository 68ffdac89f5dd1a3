// SPDX-License-Identifier: MIT
import { many } from '../../lib/text/number.ts'
import { type Tone, toneOf } from '../../model/words.ts'
import { toneOfNight } from './rows.ts'
import type { Figure, Flaky, History, HistoryRow, Night, NightRun } from './schema.ts'

export const LEGS = { before: 'without the patch', after: 'with the patch' } as const

/** A run by its day, or by its folder where its time cannot be read. */
export const dayOf = ({ folder, startedAt }: NightRun): string =>
  /^\d{4}-\d\d-\d\dT/.test(startedAt) ? startedAt.slice(0, 10) : folder

/** The names of columns: of several runs on one day, those after the first by their time. */
export const columnsOf = (runs: readonly NightRun[]): ReadonlyMap<string, string> => {
  const day = runs.map(dayOf)
  return new Map(
    runs.map((run, index) => [
      run.folder,
      index > 0 && day[index] === day[index - 1] && day[index] !== run.folder
        ? run.startedAt.slice(11, 16)
        : day[index]!,
    ]),
  )
}

/** The days of runs by their folder. */
export const daysOf = ({ runs }: Pick<History, 'runs'>): ReadonlyMap<string, string> =>
  new Map(runs.map((run) => [run.folder, dayOf(run)]))

/** The last night of a row; but where a bad night has no good one after it, that bad one. */
export const lastOf = (row: HistoryRow): Night | undefined => {
  const telling = row.nights.findLast((night) => ['good', 'bad'].includes(toneOfNight(row, night)))
  return telling !== undefined && toneOfNight(row, telling) === 'bad' ? telling : row.nights.at(-1)
}

export const rowToneOf = (row: HistoryRow): Tone => {
  const last = lastOf(row)
  return last === undefined ? 'unsure' : toneOfNight(row, last)
}

/** What a row is of. */
export const legText = ({ leg, series }: Pick<HistoryRow, 'leg' | 'series'>): string => {
  if (leg === null) return 'pair'
  return series === 'none' ? 'as it is' : LEGS[leg]
}

const percent = (share: number): string => {
  const value = share * 100
  return String(value >= 10 || value === 0 ? Math.round(value) : Number(value.toPrecision(2)))
}

/** `3 of 48 boots fail: 6.3 %, at 95 % confidence 1.3 to 17 %`. */
export const rateText = ({ failed, boots, low, high }: Flaky): string =>
  `${failed} of ${boots} boots fail: ${percent(failed / boots)}\u00a0%, at 95\u00a0% confidence ${percent(low)} to ${percent(high)}\u00a0%`

export const basisText = ({ basis }: Flaky): string =>
  basis === 'same kernel' ? 'one and the same kernel' : 'its code, or how it was worked, changed meanwhile'

const NAMES: Readonly<Record<Figure['name'], string>> = {
  build: 'build',
  boot: 'boot',
  pages: 'written back',
  hits: 'hits of hold points',
  object: 'code and constants of',
}

/** What a figure is of. */
export const figureName = ({ name, file }: Pick<Figure, 'name' | 'file'>): string =>
  file === null ? NAMES[name] : `${NAMES[name]} ${file}`

/** A value with its unit. */
export const valueText = (value: number, { unit }: Pick<Figure, 'unit'>): string => {
  const rounded = unit === 'bytes' || value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
  return `${rounded} ${unit}`
}

/** Where a figure is now, and between what it was. */
export const figureText = (figure: Figure): string => {
  const values = figure.points.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const last = valueText(values.at(-1)!, figure)
  return low === high ? last : `${last}, from ${valueText(low, figure)} to ${valueText(high, figure)}`
}

const worst = (tones: readonly Tone[]): Tone =>
  (['bad', 'broken', 'unsure'] as const).find((tone) => tones.includes(tone)) ?? 'good'

/** What a reader needs to know first. */
export const summaryOf = (
  history: History,
): { readonly tone: Tone; readonly text: string; readonly meaning: string } => {
  const { runs, rows, flaky, notRead } = history
  const bad = rows.filter((row) => rowToneOf(row) === 'bad').length
  const odd = flaky.filter(({ leg, series }) => leg === 'after' || series === 'none').length
  const last = runs.at(-1)
  const tone = worst([
    ...rows.map(rowToneOf),
    ...(odd > 0 ? ['unsure' as const] : []),
    ...(last ? [toneOf(last.verdict)] : []),
  ])
  const days = runs.map(dayOf)
  const parts = [
    `${many(runs.length, 'run')} from ${days[0]} to ${days.at(-1)}`,
    `${many(bad, 'row')} of ${rows.length} bad at last`,
    `${many(odd, 'flaky kernel')} with the patch`,
    ...(notRead.length > 0 ? [`${many(notRead.length, 'folder')} not counted`] : []),
  ]
  const text = bad > 0 ? `${bad} of ${rows.length} bad` : odd > 0 ? `${odd} flaky` : tone === 'good' ? 'good' : 'unsure'
  return { tone, text, meaning: `${parts.join('; ')}.` }
}

// SPDX-License-Identifier: MIT
import type { LeanCell, Read } from './lean.ts'
import { nameOf, placeOf } from './rows.ts'
import type { Figure, HistoryKernel } from './schema.ts'

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

type Value = (cell: LeanCell) => number | undefined
type Lane = LeanCell['evidence']['lanes'][number]

// One from the cache took no time.
const buildS: Value = ({ kernel, timings }) =>
  kernel.cached || timings.buildMs <= 0 ? undefined : timings.buildMs / 1000

const bootS: Value = ({ evidence, timings }) =>
  evidence.cpusOnline > 0 && timings.bootMs > 0 ? timings.bootMs / 1000 : undefined

/** What the lanes that had any of it in any run did, for each second of theirs: a night without any is one of 0. */
const perSecond = (all: readonly LeanCell[], of: (lane: Lane) => number): Value => {
  const able = new Set(
    all.flatMap(({ evidence }) => evidence.lanes.filter((one) => of(one) > 0)).map(({ lane }) => lane),
  )
  return ({ evidence }) => {
    const own = evidence.lanes.filter(({ lane, elapsedMs }) => able.has(lane) && elapsedMs > 0)
    const ms = own.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)
    return ms === 0 ? undefined : (1000 * own.reduce((sum, lane) => sum + of(lane), 0)) / ms
  }
}

const textBytes =
  (file: string): Value =>
  ({ objects }) =>
    objects.find((one) => one.file === file)?.textBytes ?? undefined

interface Kind extends Pick<Figure, 'name' | 'unit' | 'file'> {
  readonly value: Value
}

const kindsOf = (all: readonly LeanCell[]): readonly Kind[] => [
  { name: 'build', unit: 's', file: null, value: buildS },
  { name: 'boot', unit: 's', file: null, value: bootS },
  { name: 'pages', unit: 'pages/s', file: null, value: perSecond(all, (lane) => lane.writtenBackPages) },
  { name: 'hits', unit: 'hits/s', file: null, value: perSecond(all, (lane) => lane.hits) },
]

const objectKinds = (cells: readonly LeanCell[]): readonly Kind[] =>
  [...new Set(cells.flatMap(({ objects }) => objects.map(({ file }) => file)))]
    .sort()
    .map((file) => ({ name: 'object', unit: 'bytes', file, value: textBytes(file) }))

type Nights = ReadonlyMap<string, readonly LeanCell[]>

const figureOf = ({ name, unit, file, value }: Kind, nights: Nights): Figure => ({
  ...{ name, unit, file },
  points: [...nights].flatMap(([run, cells]) => {
    const values = cells.flatMap((cell) => value(cell) ?? [])
    return values.length === 0 ? [] : [{ run, value: Math.round(1000 * median(values)) / 1000 }]
  }),
})

const kernelOf = (nights: Nights): HistoryKernel => {
  const cells = [...nights.values()].flat()
  const { leg, ...place } = cells[0]!
  const figures = [...kindsOf(cells), ...objectKinds(cells)].map((kind) => figureOf(kind, nights))
  return { name: nameOf(place), ...placeOf(place), leg, figures: figures.filter(({ points }) => points.length > 0) }
}

/** What building, booting and working took, and the sizes of objects, over all runs. */
export const kernelsOf = (runs: readonly Read[]): readonly HistoryKernel[] => {
  const kernels = new Map<string, Map<string, LeanCell[]>>()
  for (const { folder, run } of runs)
    for (const cell of run.cells) {
      const key = `${nameOf(cell)} ${cell.leg}`
      const nights = kernels.get(key) ?? new Map<string, LeanCell[]>()
      nights.set(folder, [...(nights.get(folder) ?? []), cell])
      kernels.set(key, nights)
    }
  return [...kernels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, nights]) => kernelOf(nights))
    .filter(({ figures }) => figures.length > 0)
}

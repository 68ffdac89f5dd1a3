// SPDX-License-Identifier: MIT
import type { CellReport } from '../model.ts'
import { type Point, type Timeline, timelineOf } from '../timeline.ts'
import { Chart, type Line } from './chart.tsx'

export interface ChartedLeg {
  readonly name: 'without' | 'with'
  readonly cell: CellReport | undefined
}

interface Drawn {
  readonly name: string
  readonly className: string
  readonly timeline: Timeline
  readonly died: boolean
}

const drawn = ({ name, cell }: ChartedLeg): readonly Drawn[] => {
  if (!cell || cell.records.length === 0) return []
  const died = cell.records.at(-1)?.t !== 'end'
  return [{ name: `${name} the patch`, className: name, timeline: timelineOf(cell.records), died }]
}

/** Stored pages, write-backs per second, windows and hits: both legs on the same axes. */
export const Charts = ({ legs }: { legs: readonly ChartedLeg[] }) => {
  const all = legs.flatMap(drawn)
  const longest = [...all].sort((a, b) => b.timeline.endS - a.timeline.endS)[0]
  if (!longest) return null
  const lines = (value: (timeline: Timeline) => readonly Point[], what = '', style = ''): readonly Line[] =>
    all.map(({ name, className, timeline, died }) => ({
      name: `${what}${name}`,
      className: `${className} ${style}`.trim(),
      points: value(timeline),
      died,
    }))
  const isRace = legs.every(({ cell }) => cell?.cell.holds?.race ?? true)
  const frame = { bands: longest.timeline.bands, endS: longest.timeline.endS }
  return (
    <div class="charts">
      <Chart title="Pages stored in zswap" lines={lines((c) => c.storedPages)} {...frame} />
      <Chart title="Pages written back per second" lines={lines((c) => c.writebacksPerS)} {...frame} />
      <Chart
        title={isRace ? 'Race windows and frees inside them' : 'CPUs held at hold points, and hits'}
        lines={[...lines((c) => c.windows, isRace ? 'windows ' : 'holds ', 'thin'), ...lines((c) => c.hits, 'hits ')]}
        {...frame}
      />
    </div>
  )
}

// SPDX-License-Identifier: MIT
import { count, short } from '../html/words.ts'
import type { Figure, HistoryKernel } from './schema.ts'
import { figureName, figureText, LEGS, valueText } from './words.ts'

const WIDTH = 260
const HEIGHT = 64
const PLOT = { left: 36, right: 254, top: 7, bottom: 57 } as const
// As wide as a character of the axes is.
const CHARACTER = 6.5

/** One figure of both legs. */
export interface Plotted {
  readonly key: string
  readonly figures: readonly { readonly leg: HistoryKernel['leg']; readonly figure: Figure }[]
}

/** The figures of the legs of one kernel, those of a kind together. */
export const plottedOf = (legs: readonly HistoryKernel[]): readonly Plotted[] => {
  const kinds = new Map<string, Plotted['figures'][number][]>()
  for (const { leg, figures } of legs)
    for (const figure of figures) {
      const key = `${figure.name} ${figure.file}`
      kinds.set(key, [...(kinds.get(key) ?? []), { leg, figure }])
    }
  return [...kinds].map(([key, figures]) => ({ key, figures }))
}

const CLASSES = { before: 'without', after: 'with' } as const

type Scale = (run: string, value: number) => readonly [number, number]

const rounded = (value: number): number => Math.round(value * 10) / 10

/** A little more than the values span, so that small changes show; sizes hardly change at all. */
const rangeOf = (values: readonly number[]): readonly [number, number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1
  return [Math.max(0, low - room), high + room]
}

const scaleOf = ([low, high]: readonly [number, number], places: ReadonlyMap<string, number>, left: number): Scale => {
  const last = Math.max(1, places.size - 1)
  return (run, value) => [
    rounded(left + ((places.get(run) ?? 0) / last) * (PLOT.right - left)),
    rounded(PLOT.bottom - ((value - low) / (high - low)) * (PLOT.bottom - PLOT.top)),
  ]
}

const Curve = ({ figure, leg, at }: Plotted['figures'][number] & { at: Scale }) => {
  const points = figure.points.map(({ run, value }) => at(run, value))
  const [x, y] = points.at(-1)!
  return (
    <g class={CLASSES[leg]}>
      <title>{`${LEGS[leg]}: ${figureText(figure)}`}</title>
      <path d={points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${px} ${py}`).join('')} />
      <circle cx={x} cy={y} r="3" />
    </g>
  )
}

// Sizes differ by less than two digits show.
const endsOf = ([low, high]: readonly [number, number]): readonly [string, string] =>
  short(low) === short(high) ? [count(low), count(high)] : [short(low), short(high)]

/** A figure of both legs over all runs, as a small SVG without a script; each run has its place, whatever ran in it. */
export const Plot = ({ plotted, places }: { plotted: Plotted; places: ReadonlyMap<string, number> }) => {
  const { figures } = plotted
  const [{ figure: first }] = figures as readonly [Plotted['figures'][number]]
  const range = rangeOf(figures.flatMap(({ figure }) => figure.points.map(({ value }) => value)))
  const ends = endsOf(range)
  const left = Math.max(PLOT.left, 8 + CHARACTER * Math.max(...ends.map(({ length }) => length)))
  const at = scaleOf(range, places, left)
  const title = figureName(first)
  return (
    <figure class="chart small">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title} over the runs`}>
        <g class="axes">
          {[PLOT.top, PLOT.bottom].map((y, index) => (
            <g key={y}>
              <line x1={left} x2={PLOT.right} y1={y} y2={y} />
              <text x={left - 4} y={y + 4} text-anchor="end">
                {ends[index === 0 ? 1 : 0]}
              </text>
            </g>
          ))}
        </g>
        {figures.map((one) => (
          <Curve key={one.leg} {...one} at={at} />
        ))}
      </svg>
      <p class="legend">
        {figures.map(({ leg, figure }) => (
          <span key={leg} class={CLASSES[leg]}>
            <svg viewBox="0 0 16 8" aria-hidden="true">
              <path d="M0 4H16" />
            </svg>
            {valueText(figure.points.at(-1)!.value, figure)}
          </span>
        ))}
      </p>
    </figure>
  )
}

// SPDX-License-Identifier: MIT
import type { Band, Point } from '../timeline.ts'
import { short } from './words.ts'

const WIDTH = 380
const HEIGHT = 190
const PLOT = { left: 44, right: 368, top: 26, bottom: 160 } as const

export interface Line {
  readonly name: string
  readonly className: string
  readonly points: readonly Point[]
  /** Whether the last point is where the kernel died. */
  readonly died: boolean
}

interface Props {
  readonly title: string
  readonly lines: readonly Line[]
  readonly bands: readonly Band[]
  readonly endS: number
}

/** The next round number at or above: 1, 2, 5 times a power of ten. */
export const roundUp = (value: number): number => {
  if (!(value > 0)) return 1
  const unit = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((factor) => factor * unit).find((top) => top >= value)!
}

const round = (value: number): number => Math.round(value * 10) / 10

const scale = (top: number, endS: number) => ({
  x: (s: number): number => round(PLOT.left + (s / endS) * (PLOT.right - PLOT.left)),
  y: (value: number): number => round(PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top)),
})
type Scale = ReturnType<typeof scale>

const Axes = ({ top, endS, at }: { top: number; endS: number; at: Scale }) => (
  <g class="axes">
    {[0, top / 2, top].map((value) => (
      <g key={value}>
        <line x1={PLOT.left} x2={PLOT.right} y1={at.y(value)} y2={at.y(value)} />
        <text x={PLOT.left - 6} y={at.y(value) + 4} text-anchor="end">
          {short(value)}
        </text>
      </g>
    ))}
    {[0, endS / 2, endS].map((s, index) => (
      <text key={s} x={at.x(s)} y={PLOT.bottom + 17} text-anchor={['start', 'middle', 'end'][index]}>
        {Math.round(s)} s
      </text>
    ))}
  </g>
)

const Bands = ({ bands, at }: { bands: readonly Band[]; at: Scale }) => (
  <g class="bands">
    {bands.map(({ lane, fromS, toS }, index) => {
      const width = Math.max(0, at.x(toS) - at.x(fromS))
      return (
        <g key={lane}>
          <rect
            x={at.x(fromS)}
            y={PLOT.top}
            width={width}
            height={PLOT.bottom - PLOT.top}
            class={index % 2 ? 'odd' : ''}
          />
          {width > 7 * lane.length ? (
            <text x={at.x(fromS) + width / 2} y={PLOT.top - 6} text-anchor="middle">
              {lane}
            </text>
          ) : null}
        </g>
      )
    })}
  </g>
)

const Curve = ({ line, at }: { line: Line; at: Scale }) => {
  const last = line.points.at(-1)
  if (!last) return null
  const path = line.points.map(({ s, value }, index) => `${index === 0 ? 'M' : 'L'}${at.x(s)} ${at.y(value)}`).join('')
  const [x, y] = [at.x(last.s), at.y(last.value)]
  return (
    <g class={line.className}>
      <title>{`${line.name}: ${short(last.value)} at ${Math.round(last.s)} s`}</title>
      <path d={path} fill="none" />
      {line.points.length === 1 ? <circle cx={x} cy={y} r="2.5" /> : null}
      {line.died ? <path class="died" d={`M${x - 5} ${y - 5}l10 10m0 -10l-10 10`} /> : null}
    </g>
  )
}

/** Curves over the guest's time with its lanes behind them, as an SVG without a script. */
export const Chart = ({ title, lines, bands, endS }: Props) => {
  const shown = lines.filter(({ points }) => points.length > 0)
  if (shown.length === 0) return null
  const top = roundUp(Math.max(...shown.flatMap(({ points }) => points.map(({ value }) => value))))
  const end = Math.max(1, endS)
  const at = scale(top, end)
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
        <Bands bands={bands} at={at} />
        <Axes top={top} endS={end} at={at} />
        {shown.map((line) => (
          <Curve key={line.name} line={line} at={at} />
        ))}
      </svg>
      <p class="legend">
        {shown.map(({ name, className, died }) => (
          <span key={name} class={className}>
            <svg viewBox="0 0 16 8" aria-hidden="true">
              <path d="M0 4H16" />
            </svg>
            {name}
            {died ? ' × died' : ''}
          </span>
        ))}
      </p>
    </figure>
  )
}

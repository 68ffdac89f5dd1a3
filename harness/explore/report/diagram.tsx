// SPDX-License-Identifier: MIT
import { many } from '../../lib/text/number.ts'
import type { FoundFailure } from '../result.ts'
import { type Step, shownPlace } from '../schedule.ts'
import { type Layout, layOutSchedule, type Row } from './layout.ts'
import { columnHeads } from './text.ts'
import { placeText, stepText, symptomText } from './words.ts'

const COLUMN = 470
const MARGIN = 26
const HEAD = 56
const SYMPTOM = 74
const LONGEST = 54
// Beside the line of a thread.
const BAR = 7

const clipped = (text: string, longest = LONGEST): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text

/** Where the line of a thread is: those that do nothing have none, and the set-up stands in the first one. */
type ColumnOf = (thread: number) => number

const columnsOf =
  (threads: readonly number[]): ColumnOf =>
  (thread) =>
    MARGIN + Math.max(0, threads.indexOf(thread)) * COLUMN

const classOf = (thread: number): string => `t${Math.min(thread, 3)}`

const Head = ({ text, thread, x }: { text: string; thread: number; x: number }) => {
  const [name = '', ...asked] = text.split(': ')
  return (
    <g class={classOf(thread)}>
      <title>{text}</title>
      <text class="head" x={x} y={18}>
        {name}
      </text>
      <text x={x} y={38}>
        {clipped(asked.join(': '))}
      </text>
    </g>
  )
}

const StepRow = ({ step, y, columnOf }: { step: Step; y: number; columnOf: ColumnOf }) => {
  const x = columnOf(step.thread)
  const place = shownPlace(step.stack)
  return (
    <g class={classOf(step.thread)}>
      <title>{[stepText(step), ...step.stack.map(placeText)].join('\n')}</title>
      <circle class="dot" cx={x} cy={y} r="5" />
      <text x={x + 30} y={y - 1}>
        {clipped(step.thread === 0 ? `after the threads: ${stepText(step)}` : stepText(step))}
      </text>
      <text class="at" x={x + 30} y={y + 14}>
        {place ? clipped(placeText(place), LONGEST + 8) : ''}
      </text>
    </g>
  )
}

const LeftOut = ({ left, x, y }: { left: number; x: number; y: number }) => (
  <text class="left at" x={x + 30} y={y + 4}>
    {many(left, 'step')} left out
  </text>
)

const AnyRow = ({ row, columnOf }: { row: Row; columnOf: ColumnOf }) => {
  const y = HEAD + row.y + row.height / 2
  const { shown } = row
  if ('left' in shown) return <LeftOut left={shown.left} x={columnOf(shown.thread)} y={y} />
  return <StepRow step={shown.step} y={y} columnOf={columnOf} />
}

interface Drawn {
  readonly layout: Layout
  readonly threads: readonly number[]
  readonly columnOf: ColumnOf
}

const Lives = ({ layout, threads, columnOf }: Drawn) => (
  <g>
    {threads.map((thread) => (
      <line key={thread} class="life" x1={columnOf(thread)} x2={columnOf(thread)} y1={HEAD} y2={HEAD + layout.height} />
    ))}
    {layout.runs.map(({ thread, from, to }) => (
      <line
        key={from}
        class={`runs ${classOf(thread)}`}
        x1={columnOf(thread)}
        x2={columnOf(thread)}
        y1={HEAD + from}
        y2={HEAD + to}
      />
    ))}
    {layout.held.map(({ thread, lock, from, to, nth }) => (
      <rect
        key={`${thread} ${lock} ${from}`}
        class={`held ${classOf(thread)}`}
        x={columnOf(thread) + 7 + nth * (BAR + 1)}
        y={HEAD + from}
        width={BAR}
        height={Math.max(2, to - from)}
      >
        <title>{`holds ${lock}`}</title>
      </rect>
    ))}
  </g>
)

const Switches = ({ layout, columnOf }: Omit<Drawn, 'threads'>) => (
  <g>
    {layout.switches.map(({ from, to, y, toY }) => {
      const [x, toX] = [columnOf(from), columnOf(to)]
      const [start, stop] = [HEAD + y + 8, HEAD + toY - 8]
      const middle = (start + stop) / 2
      return <path key={y} class="switch" d={`M${x} ${start}V${middle}H${toX}V${stop}`} />
    })}
  </g>
)

const Symptom = ({ failure, y, width }: { failure: FoundFailure; y: number; width: number }) => (
  <g>
    <rect class="box" x={4} y={y} width={width - 8} height={SYMPTOM - 12} rx="6" />
    <text class="symptom" x={MARGIN} y={y + 24}>
      {clipped(`✗ ${symptomText(failure)}`, Math.floor(width / 8))}
    </text>
    <text class="at" x={MARGIN} y={y + 44}>
      {clipped(failure.stack.map(placeText).join('  <  '), Math.floor((width - 2 * MARGIN) / 6.7))}
    </text>
  </g>
)

const KEY: readonly (readonly [string, string])[] = [
  ['Time', 'runs down'],
  ['Column', 'one thread of the kernel'],
  ['Dot', 'a step, with the line of the source that makes it'],
  ['Thick line', 'this thread runs; the others stand still'],
  ['Arrow', 'from here another thread runs; where the first could have gone on, that is a preemption'],
  ['Bar', 'the thread holds a lock'],
  ['Red box', 'what goes wrong'],
  ['Text too short?', 'point at it: all of it is shown, with the calls that led there'],
]

/** The threads that do something before the failure; all, if none does. */
const activeThreads = ({ steps }: FoundFailure, count: number): readonly number[] => {
  const all = Array.from({ length: Math.max(1, count) }, (_, index) => index + 1)
  const active = all.filter((thread) => steps.some((step) => step.thread === thread))
  return active.length > 0 ? active : all
}

const Idle = ({ heads, threads }: { heads: readonly string[]; threads: readonly number[] }) => {
  const idle = heads.filter((_, index) => !threads.includes(index + 1))
  return idle.length === 0 ? null : (
    <p class="muted">
      {idle.join('; ')}: {idle.length === 1 ? 'it has' : 'they have'} not begun when it goes wrong.
    </p>
  )
}

/** A failing schedule as a diagram: threads from left to right, time from top to bottom. */
export const Diagram = ({ failure }: { failure: FoundFailure }) => {
  const layout = layOutSchedule(failure.steps)
  const heads = columnHeads(failure)
  const threads = activeThreads(failure, heads.length)
  const columnOf = columnsOf(threads)
  const width = MARGIN + threads.length * COLUMN
  const height = HEAD + layout.height + SYMPTOM
  return (
    <figure class="schedule">
      <ul class="key">
        {KEY.map(([name, text]) => (
          <li key={name}>
            <b>{name}:</b> {text}
          </li>
        ))}
      </ul>
      <Idle heads={heads} threads={threads} />
      <svg
        viewBox={`0 0 ${width} ${height}`}
        class={`c${threads.length}`}
        role="img"
        aria-label={`${failure.kind} in ${failure.scenario}`}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class="tip" d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        <Lives layout={layout} threads={threads} columnOf={columnOf} />
        {threads.map((thread) => (
          <Head key={thread} text={heads[thread - 1] ?? `thread ${thread}`} thread={thread} x={columnOf(thread)} />
        ))}
        <Switches layout={layout} columnOf={columnOf} />
        {layout.rows.map((row) => (
          <AnyRow key={row.y} row={row} columnOf={columnOf} />
        ))}
        <Symptom failure={failure} y={HEAD + layout.height} width={width} />
      </svg>
    </figure>
  )
}

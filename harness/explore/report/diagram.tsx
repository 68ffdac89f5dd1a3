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

// The set-up has no column: it stands in the first one.
const columnOf = (thread: number): number => MARGIN + Math.max(0, thread - 1) * COLUMN
const classOf = (thread: number): string => `t${Math.min(thread, 3)}`

const Head = ({ text, column }: { text: string; column: number }) => {
  const [name = '', ...asked] = text.split(': ')
  return (
    <g class={classOf(column + 1)}>
      <title>{text}</title>
      <text class="head" x={columnOf(column + 1)} y={18}>
        {name}
      </text>
      <text x={columnOf(column + 1)} y={38}>
        {clipped(asked.join(': '))}
      </text>
    </g>
  )
}

const StepRow = ({ step, y }: { step: Step; y: number }) => {
  const x = columnOf(step.thread)
  const place = shownPlace(step.stack)
  return (
    <g class={classOf(step.thread)}>
      <title>{step.stack.map(placeText).join('\n')}</title>
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

const LeftOut = ({ left, thread, y }: { left: number; thread: number; y: number }) => (
  <text class="left at" x={columnOf(thread) + 30} y={y + 4}>
    {many(left, 'step')} left out
  </text>
)

const AnyRow = ({ row }: { row: Row }) => {
  const y = HEAD + row.y + row.height / 2
  const { shown } = row
  return 'left' in shown ? <LeftOut {...shown} y={y} /> : <StepRow step={shown.step} y={y} />
}

const Lives = ({ layout, columns }: { layout: Layout; columns: number }) => (
  <g>
    {Array.from({ length: columns }, (_, index) => (
      <line
        key={index}
        class="life"
        x1={columnOf(index + 1)}
        x2={columnOf(index + 1)}
        y1={HEAD}
        y2={HEAD + layout.height}
      />
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

const Switches = ({ layout }: { layout: Layout }) => (
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
  ['Dot', 'a step, with its line in the source below'],
  ['Thick line', 'this thread runs; the others stand still'],
  ['Arrow', 'from here another thread runs'],
  ['Bar', 'the thread holds a lock'],
  ['Red box', 'what goes wrong'],
]

/** A failing schedule as a diagram: threads from left to right, time from top to bottom. */
export const Diagram = ({ failure }: { failure: FoundFailure }) => {
  const layout = layOutSchedule(failure.steps)
  const heads = columnHeads(failure)
  const width = MARGIN + Math.max(1, heads.length) * COLUMN
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
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${failure.kind} in ${failure.scenario}`}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class="tip" d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        <Lives layout={layout} columns={heads.length} />
        {heads.map((text, column) => (
          <Head key={column} text={text} column={column} />
        ))}
        <Switches layout={layout} />
        {layout.rows.map((row) => (
          <AnyRow key={row.y} row={row} />
        ))}
        <Symptom failure={failure} y={HEAD + layout.height} width={width} />
      </svg>
    </figure>
  )
}

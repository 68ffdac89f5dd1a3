// SPDX-License-Identifier: MIT

import { clock, duration } from '../../lib/text/time.ts'
import { toneOf } from '../../model/words.ts'
import { endOf, stepWords } from '../words.ts'
import { type Look, paint, type Span, type Style } from './look.ts'
import type { TreeState, Work } from './state.ts'
import { type Branch, type Leaf, treeOf } from './tree.ts'

/** A line and its rank: when there is no room, the lowest ranks are dropped first. */
interface Ranked {
  readonly spans: readonly Span[]
  readonly rank: number
}
const RANK = { passed: 0, waiting: 1, detail: 2, failed: 3, busy: 4, head: 5 } as const

const STYLES = { good: 'good', bad: 'bad', unsure: 'unsure', broken: 'bad' } as const
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const BAR = 12
const NAME = 10

export interface FrameOptions {
  readonly nowMs: number
  readonly look: Look
}

const signs = (unicode: boolean) =>
  unicode
    ? {
        good: '✓',
        bad: '✗',
        unsure: '?',
        broken: '!',
        wait: '·',
        tee: '├─ ',
        last: '└─ ',
        pipe: '│',
        bar: '█',
        rest: '░',
      }
    : {
        good: '+',
        bad: 'x',
        unsure: '?',
        broken: '!',
        wait: '.',
        tee: '|- ',
        last: '`- ',
        pipe: '|',
        bar: '#',
        rest: '.',
      }

const spin = ({ nowMs, look }: FrameOptions): string => {
  const at = Math.floor(nowMs / 250)
  return look.unicode ? SPINNER[at % SPINNER.length]! : '|/-\\'[at % 4]!
}

const progressSpans = (work: Work, { nowMs, look }: FrameOptions): readonly Span[] => {
  const { bar, rest } = signs(look.unicode)
  const spans: Span[] = [[` ${work.step === null ? '' : stepWords(work.step)} `, 'plain']]
  if (work.fraction !== null) {
    const full = Math.round(work.fraction * BAR)
    spans.push([bar.repeat(full), 'busy'], [rest.repeat(BAR - full), 'dim'])
    spans.push([` ${String(Math.floor(work.fraction * 100)).padStart(2)} %`, 'bold'])
  }
  if (work.remainingMs !== null && Number.isFinite(work.remainingMs)) {
    const left = Math.max(0, work.remainingMs - (nowMs - work.progressMs))
    spans.push([`, ETA ${duration(Math.ceil(left / 1000) * 1000).replace('.0 s', ' s')}`, 'plain'])
  }
  return [...spans, [`  ${clock(nowMs - work.startedMs)}`, 'dim']]
}

const verdictSpans = (work: Work, look: Look): readonly Span[] => {
  const tone = toneOf(work.verdict!)
  const took = work.endedMs === null || work.step === null ? '' : ` ${clock(work.endedMs - work.startedMs)} `
  return [
    [`${signs(look.unicode)[tone]} ${work.verdict}`, STYLES[tone]],
    [took, 'dim'],
    [` ${work.detail}`, tone === 'good' ? 'dim' : 'plain'],
  ]
}

const busyLines = (lead: Span, indent: string, work: Work, options: FrameOptions): readonly Ranked[] => {
  const head: Ranked = {
    spans: [lead, [spin(options), 'busy'], ...progressSpans(work, options)],
    rank: RANK.busy,
  }
  return work.detail === '' ? [head] : [head, { spans: [[`${indent}  ${work.detail}`, 'dim']], rank: RANK.detail }]
}

const leafLines = (leaf: Leaf, last: boolean, width: number, options: FrameOptions): readonly Ranked[] => {
  const { unicode } = options.look
  const { tee, last: corner, wait, pipe } = signs(unicode)
  const lead: Span = [`${last ? corner : tee}${leaf.name.padEnd(width)} `, 'plain']
  const indent = `${last ? ' ' : pipe}`.padEnd(width + 4)
  if (!leaf.work || leaf.work.step === null) {
    if (leaf.work?.verdict == null) return [{ spans: [lead, [`${wait} waiting`, 'dim']], rank: RANK.waiting }]
  }
  if (leaf.work.verdict !== null) {
    const rank = toneOf(leaf.work.verdict) === 'good' ? RANK.passed : RANK.failed
    return [{ spans: [lead, ...verdictSpans(leaf.work, options.look)], rank }]
  }
  if (leaf.work.open.length === 0)
    return [{ spans: [lead, [`${wait} ${leaf.work.detail}`, 'dim']], rank: RANK.waiting }]
  return busyLines(lead, indent, leaf.work, options)
}

const branchLines = (branch: Branch, options: FrameOptions): readonly Ranked[] => {
  const { name, work, leaves } = branch
  if (leaves.length === 0 && !work)
    return [
      {
        spans: [
          [`${name}  `, 'plain'],
          [`${signs(options.look.unicode).wait} waiting`, 'dim'],
        ],
        rank: RANK.waiting,
      },
    ]
  if (leaves.length === 0 && work) {
    const lead: Span = [`${name}  `, 'bold']
    if (work.verdict !== null) {
      const rank = toneOf(work.verdict) === 'good' ? RANK.passed : RANK.failed
      return [{ spans: [lead, ...verdictSpans(work, options.look)], rank }]
    }
    if (work.open.length > 0) return busyLines(lead, '', work, options)
    return [{ spans: [lead, [work.detail, 'dim']], rank: RANK.passed }]
  }
  const verdict = work && work.verdict !== null ? verdictSpans(work, options.look) : []
  const over = leaves.every((leaf) => leaf.work?.verdict != null)
  const head: Ranked = {
    spans: [[verdict.length > 0 ? `${name}  ` : name, 'bold'], ...verdict],
    rank: over ? RANK.failed : RANK.busy,
  }
  const width = Math.max(NAME, ...leaves.map((leaf) => leaf.name.length))
  return [head, ...leaves.flatMap((leaf, index) => leafLines(leaf, index === leaves.length - 1, width, options))]
}

const headSpans = (state: TreeState, options: FrameOptions): readonly Span[] => {
  const { planned, work } = state
  const done = planned.filter((scope) => work.get(scope)?.verdict != null).length
  const spans: Span[] = [['zsharness', 'bold']]
  if (planned.length > 0)
    spans.push([`  ${done} of ${planned.length} ${planned.length === 1 ? 'cell' : 'cells'}`, 'plain'])
  return [...spans, [`  ${clock(options.nowMs - state.startedMs)}`, 'dim']]
}

const allLines = (state: TreeState, options: FrameOptions): readonly Ranked[] => [
  { spans: headSpans(state, options), rank: RANK.head },
  ...treeOf(state).flatMap((branch) => branchLines(branch, options)),
]

const fitted = (lines: readonly Ranked[], rows: number): readonly Ranked[] => {
  if (lines.length <= rows) return lines
  const kept = new Set(lines)
  // Of the passed lines the oldest is dropped first, of the others the last.
  const order = [...lines.filter(({ rank }) => rank === RANK.passed), ...[...lines].reverse()]
  for (const rank of Object.values(RANK).sort())
    for (const line of order) if (kept.size > Math.max(0, rows - 1) && line.rank === rank) kept.delete(line)
  const hidden: Ranked = { spans: [[`and ${lines.length - kept.size} more lines`, 'dim']], rank: RANK.head }
  return [...lines.filter((line) => kept.has(line)), hidden].slice(0, rows)
}

/** The live tree, never wider or higher than this size. */
export const frame = (
  state: TreeState,
  size: { readonly columns: number; readonly rows: number },
  options: FrameOptions,
): readonly string[] =>
  fitted(allLines(state, options), size.rows).map(({ spans }) => paint(spans, size.columns, options.look))

const endSpans = ({ end }: TreeState): readonly (readonly Span[])[] => {
  if (!end) return []
  const style: Style = STYLES[toneOf(end.verdict)]
  const head: Span[] = [
    [end.verdict.toUpperCase(), style],
    [` (exit ${end.exitCode})  ${end.text}`, 'plain'],
  ]
  return [
    head,
    ...endOf(end).map(([name, text]): Span[] => [
      [`${name}: `, 'dim'],
      [text, 'plain'],
    ]),
  ]
}

/** The complete tree and the end of the run: what stays on the terminal. */
export const lastFrame = (state: TreeState, options: FrameOptions): readonly string[] =>
  [...allLines(state, options).map(({ spans }) => spans), ...endSpans(state)].map((spans) =>
    paint(spans, Number.POSITIVE_INFINITY, options.look),
  )

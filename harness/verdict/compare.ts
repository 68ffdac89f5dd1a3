// SPDX-License-Identifier: MIT
import { additions, type CellResult, type Change, type Comparison, type RunResult } from '../model/results.ts'
import { isOf, pairName } from './place.ts'

type Compared = Pick<RunResult, 'id' | 'cells' | 'pairs'>

/** What is compared: a pair, or all boots of a kernel without a pair. */
interface Subject {
  readonly key: string
  readonly what: string
  readonly verdict: string
  readonly good: boolean
  readonly reason: string
  /** Whether the kernel that should pass passed in some boots and failed in others. */
  readonly flaky: boolean
}

const keyOf = ({ tree, series, arch, config, profile }: CellResult): string =>
  [tree, series, arch, config, profile].join('\n')

const bothWays = (cells: readonly CellResult[]): boolean =>
  cells.some(({ verdict }) => verdict === 'pass') && cells.some(({ verdict }) => verdict === 'fail')

const worst = (cells: readonly CellResult[]): CellResult =>
  ['fail', 'error', 'inconclusive'].flatMap((verdict) => cells.filter((cell) => cell.verdict === verdict))[0] ??
  cells[0]!

const pairSubjects = ({ pairs, cells }: Compared): readonly Subject[] =>
  pairs.flatMap((pair) => {
    const own = cells.filter((cell) => isOf(cell, pair))
    if (!own[0]) return []
    const { verdict, reason } = pair
    const flaky = bothWays(own.filter(({ leg }) => leg === 'after'))
    return [
      {
        key: keyOf(own[0]),
        what: pairName(pair),
        verdict,
        good: verdict === 'fixed' || verdict === 'clean',
        reason,
        flaky,
      },
    ]
  })

const cellSubjects = ({ pairs, cells }: Compared): readonly Subject[] => {
  const groups = new Map<string, CellResult[]>()
  for (const cell of cells) {
    if (pairs.some((pair) => isOf(cell, pair))) continue
    const key = `${keyOf(cell)}\n${cell.leg}`
    groups.set(key, [...(groups.get(key) ?? []), cell])
  }
  return [...groups].map(([key, own]) => {
    const { id, verdict, reason } = worst(own)
    return { key, what: id, verdict, good: verdict === 'pass', reason, flaky: bothWays(own) }
  })
}

const subjectsOf = (run: Compared): readonly Subject[] => [...pairSubjects(run), ...cellSubjects(run)]

const statusOf = (was: Subject | undefined, now: Subject): Change['status'] | undefined => {
  if (now.flaky) return 'flaky'
  if (now.good) return was && !was.good ? 'gone' : undefined
  return was && !was.good ? 'still-failing' : 'new'
}

/** A run compared with an earlier one, in the run's order; what was good both times is left out. */
export const compareRuns = (run: Compared, baseline: Compared): Comparison => {
  const before = new Map(subjectsOf(baseline).map((subject) => [subject.key, subject]))
  const changes = subjectsOf(run).flatMap((now) => {
    const was = before.get(now.key)
    const status = statusOf(was, now)
    if (status === undefined) return []
    return [{ what: now.what, status, was: was?.verdict ?? null, now: now.verdict, reason: now.reason }]
  })
  return { baseline: baseline.id, changes }
}

// A program that was edited is still the same selection.
const addedKey = ({ request }: CellResult): string => {
  const { workloads, kconfig, ...rest } = request?.added ?? additions.parse({})
  const named = [workloads.map(({ name, args }) => [name, args]), kconfig.map(({ text }) => text)]
  return JSON.stringify([named, Object.entries(rest).sort()])
}

/** A key of what a run selected, whatever the outcome: runs with the same key can be compared. */
export const selectionKey = ({ cells, amplified }: Pick<RunResult, 'cells' | 'amplified'>): string =>
  [
    `${amplified}`,
    ...new Set(cells.map(addedKey)),
    ...new Set(cells.map((cell) => `${keyOf(cell)}\n${cell.leg}`).sort()),
  ].join('\n\n')

/** A change as one sentence. */
export const describeChange = ({ what, status, was, now, reason }: Change): string =>
  `${status.replace('-', ' ')}: ${what}: ${was === null || was === now ? now : `${was}, now ${now}`} (${reason})`

// SPDX-License-Identifier: MIT
import {
  additions,
  type CellResult,
  type Change,
  type Comparison,
  type Finding,
  type RunResult,
} from '../model/results.ts'
import { isSameFailure } from './identity.ts'
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
  /** What the kernel that should pass failed with. */
  readonly failures: readonly Finding[]
}

const keyOf = ({ tree, series, arch, config, profile }: CellResult): string =>
  [tree, series, arch, config, profile].join('\n')

const bothWays = (cells: readonly CellResult[]): boolean =>
  cells.some(({ verdict }) => verdict === 'pass') && cells.some(({ verdict }) => verdict === 'fail')

const failuresIn = (cells: readonly CellResult[]): readonly Finding[] =>
  cells.flatMap(({ findings }) => findings).filter(({ known }) => !known)

const worst = (cells: readonly CellResult[]): CellResult =>
  ['fail', 'error', 'inconclusive'].flatMap((verdict) => cells.filter((cell) => cell.verdict === verdict))[0] ??
  cells[0]!

const pairSubjects = ({ pairs, cells }: Compared): readonly Subject[] =>
  pairs.flatMap((pair) => {
    const own = cells.filter((cell) => isOf(cell, pair))
    if (!own[0]) return []
    const { verdict, reason } = pair
    const after = own.filter(({ leg }) => leg === 'after')
    const flaky = bothWays(after)
    return [
      {
        key: keyOf(own[0]),
        what: pairName(pair),
        verdict,
        good: verdict === 'fixed' || verdict === 'clean',
        reason,
        flaky,
        failures: failuresIn(after),
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
    const failures = failuresIn(own)
    return { key, what: id, verdict, good: verdict === 'pass', reason, flaky: bothWays(own), failures }
  })
}

const subjectsOf = (run: Compared): readonly Subject[] => [...pairSubjects(run), ...cellSubjects(run)]

const statusOf = (was: Subject | undefined, now: Subject): Change['status'] | undefined => {
  if (now.flaky) return 'flaky'
  if (now.good) return was && !was.good ? 'gone' : undefined
  return was && !was.good ? 'still-failing' : 'new'
}

const without = (some: readonly Finding[], others: readonly Finding[]): string[] => [
  ...new Set(some.filter((one) => !others.some((other) => isSameFailure(one, other))).map(({ title }) => title)),
]

// What still fails may have another bug by now: its verdict alone would hide it.
const failuresOf = (was: Subject | undefined, now: Subject): Pick<Change, 'otherFailures' | 'goneFailures'> => {
  const both = was !== undefined && was.failures.length > 0 && now.failures.length > 0
  if (!both) return { otherFailures: [], goneFailures: [] }
  return { otherFailures: without(now.failures, was.failures), goneFailures: without(was.failures, now.failures) }
}

/** A run compared with an earlier one, in the run's order; what was good both times is left out. */
export const compareRuns = (run: Compared, baseline: Compared): Comparison => {
  const before = new Map(subjectsOf(baseline).map((subject) => [subject.key, subject]))
  const changes = subjectsOf(run).flatMap((now) => {
    const was = before.get(now.key)
    const status = statusOf(was, now)
    if (status === undefined) return []
    const verdicts = { was: was?.verdict ?? null, now: now.verdict }
    return [{ what: now.what, status, ...verdicts, reason: now.reason, ...failuresOf(was, now) }]
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
export const describeChange = ({ what, status, was, now, reason, otherFailures, goneFailures }: Change): string =>
  [
    `${status.replace('-', ' ')}: ${what}: ${was === null || was === now ? now : `${was}, now ${now}`} (${reason})`,
    ...(otherFailures.length === 0 ? [] : [`failed otherwise before; new: ${otherFailures.join(', ')}`]),
    ...(goneFailures.length === 0 ? [] : [`not seen any more: ${goneFailures.join(', ')}`]),
  ].join('; ')

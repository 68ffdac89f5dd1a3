// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { CellResult, LegName } from '../model/results.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import { often } from '../testing/often.ts'
import { aCell, aFinding } from '../testing/runs.ts'
import { withDerived } from './derived.ts'
import { nextBoot } from './next.ts'
import { judgePair } from './pair.ts'

/** Numbers from 0 to 1 that follow from a seed (a linear congruential generator, its high bits). */
const randomFrom = (seed: number): (() => number) => {
  let state = BigInt(seed)
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    return Number(state >> 32n) / 2 ** 32
  }
}

/** A program that exits after one try, or that runs until it is stopped. */
interface Kind {
  readonly ended: boolean
  /** The chance of failure of a try, or the rate in a second. */
  readonly rate: number
  /** How many of the failures are another bug. */
  readonly other: number
}

const LIMIT_S = 30
const request = {
  ...{
    seed: '1',
    durationS: null,
    amplify: true,
    canary: null,
    seriesPath: null,
    patchFiles: [],
    extraPatchFiles: [],
    llvm: false,
  },
  ...{ added: NO_ADDITIONS, derives: true },
}
const findingOf = (title: string) => aFinding({ title, shown: { in: 'workload', stack: [title, 'zs_x'] } })

const bootOf = (leg: LegName, run: number, { ended, rate, other }: Kind, random: () => number): CellResult => {
  const after = ended ? (random() < rate ? 0.3 : LIMIT_S) : -Math.log(1 - random()) / rate
  const dies = after < LIMIT_S
  const seconds = dies ? Math.floor(after) + 1 : ended ? 0.5 : LIMIT_S
  const timings = { treeMs: 0, buildMs: 0, bootMs: 5000, lanesMs: seconds * 1000 }
  const lane = { lane: 'workload' as const, seconds, hits: null, ...(dies ? {} : { ended }) }
  const base = { leg, run, lanes: ['workload' as const], request, timings, exposure: { lanes: [lane], failedIn: null } }
  if (!dies) return aCell(base)
  return aCell({ ...base, verdict: 'fail', findings: [findingOf(random() < other ? 'bug_b' : 'bug_a')] })
}

/** A run with `--runs auto` by programs alone. */
const runAuto = (kinds: Readonly<Record<LegName, Kind>>, random: () => number) => {
  let cells: CellResult[] = []
  const leg = (name: LegName): CellResult[] => withDerived(cells).filter((cell) => cell.leg === name)
  for (let next: LegName | undefined = 'before'; next; ) {
    cells = [...cells, bootOf(next, leg(next).length + 1, kinds[next], random)]
    next = cells.length < 2 ? 'after' : nextBoot({ before: leg('before'), after: leg('after'), confidence: 0.99 })
  }
  return { verdict: judgePair(leg('before'), leg('after')).verdict, boots: cells.length }
}

// The same kernel on both legs: whatever `fixed` says of it is wrong.
test.each<[string, Kind]>([
  ['at each second try', { ended: true, rate: 0.5, other: 0 }],
  ['at one try in five', { ended: true, rate: 0.2, other: 0 }],
  ['at most tries', { ended: true, rate: 0.9, other: 0 }],
  ['at each second try, with two bugs', { ended: true, rate: 0.5, other: 0.5 }],
  ['in half of the seconds', { ended: false, rate: 0.7, other: 0 }],
  ['in one second of twenty', { ended: false, rate: 0.05, other: 0 }],
  ['in one second of twenty, with two bugs', { ended: false, rate: 0.05, other: 0.5 }],
  ['in one second of two hundred', { ended: false, rate: 0.005, other: 0 }],
])('a kernel that is not fixed, which fails %s, is called fixed in less than 1 %% of runs', (_, kind) => {
  const random = randomFrom(5)
  const runs = often(100, 1_000)
  const wrong = Array.from({ length: runs }, () => runAuto({ before: kind, after: kind }, random)).filter(
    ({ verdict }) => verdict === 'fixed',
  )
  expect(wrong.length / runs).toBeLessThan(0.01)
})

test.each<[string, Kind, number]>([
  ['at each try', { ended: true, rate: 1, other: 0 }, 11],
  ['in the first second', { ended: false, rate: 3, other: 0 }, 4],
])('a fixed kernel, which failed %s, is called so after some boots', (_, kind, most) => {
  const { verdict, boots } = runAuto({ before: kind, after: { ...kind, rate: 0 } }, randomFrom(3))
  expect(verdict).toBe('fixed')
  expect(boots).toBeLessThanOrEqual(most)
})

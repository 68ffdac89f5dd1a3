// SPDX-License-Identifier: MIT
import type { CellResult, RunResult } from '../model/results.ts'
import { aCell, aCrash, aFinding, aPair, aRun } from './runs.ts'

// Made up: no kernel was built or booted for these. Each number comes from the night alone.
const wave = (night: number, around: number, by: number): number =>
  around + by * Math.sin(night * 1.7) + (by / 2) * Math.cos(night * 0.6)

const FLAKY_ON = [3, 9, 10, 17]
const BROKEN_ON = 6
const BAD_FROM = 19

const day = (night: number): Date => new Date(Date.UTC(2026, 9, 28 + night, 1, 17))

const lanes = (night: number, factor: number): Partial<CellResult> => ({
  evidence: {
    ...aCell().evidence,
    lanes: [
      {
        ...{ lane: 'race', status: 'ok', elapsedMs: 10_000, pagesVerified: 9000, failedEvictions: 0, classesSeen: 0 },
        ...{ writtenBackPages: Math.round(factor * wave(night, 4000, 300)), windows: 1300, counters: {}, rates: [] },
        hits: Math.round(wave(night, 912, 60)),
      },
    ],
  },
})

const times = (night: number, arch: number): Pick<CellResult, 'timings' | 'kernel'> => ({
  timings: {
    treeMs: 10,
    // A full build once a week; the others come from the cache.
    buildMs: night % 7 === 0 ? wave(night, 280_000, 9000) * arch : 0,
    bootMs: wave(night, 2100, 150) * arch * (night > 14 ? 1.3 : 1),
    lanesMs: wave(night, 40_000, 500),
  },
  kernel: { ...aCell().kernel, cached: night % 7 !== 0, key: `kernel-${arch}-${night >= BAD_FROM ? 'b' : 'a'}` },
})

const sized = (night: number): Pick<CellResult, 'objects'> => ({
  objects: [{ file: 'mm/zsmalloc.o', textBytes: 29_000 + (night >= BAD_FROM ? 112 : 0), textBytesBefore: 28_900 }],
})

type Part = Partial<CellResult>

const pairOf = (night: number, place: Part, arch: number, after: Part = {}): readonly CellResult[] => [
  aCrash({ ...place, ...times(night, arch), ...lanes(night, 0.3) }),
  aCell({ ...place, ...times(night, arch), ...lanes(night, 1), ...sized(night), ...after }),
]

const failed = (title: string): Part => ({ verdict: 'fail', reason: title, findings: [aFinding({ title })] })
const broken: Part = { verdict: 'error', reason: 'the disk is full' }

const stockBoots = (night: number): readonly CellResult[] =>
  [1, 2, 3].map((run) => {
    const isBad = run === 2 && FLAKY_ON.includes(night)
    const place: Part = { tree: 'debian:7.3', series: 'none', config: 'zpool-off', profile: 'lockdep', run }
    const own = { ...place, id: `x86_64-zpool-off-lockdep-7.3-none-after-run${run}`, ...times(night, 2) }
    return aCell({ ...own, ...lanes(night, 2), ...(isBad ? failed('possible deadlock in zram_write_page') : {}) })
  })

const pairsOf = (night: number): RunResult['pairs'] => [
  aPair(night === BROKEN_ON ? { verdict: 'invalid', reason: 'after: the disk is full' } : {}),
  aPair({ arch: 'arm64', ...(night >= BAD_FROM ? { verdict: 'regression', reason: 'after fails' } : {}) }),
]

/** One night of a nightly whose stock kernel is flaky, whose arm64 pair is bad from some night on, and whose host fails once. */
export const aNight = (night: number): RunResult => {
  const at = day(night)
  const stamp = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return aRun({
    id: `${at.toISOString().slice(0, 10)}-${stamp.slice(9)}-${night.toString(16).padStart(4, '0')}`,
    startedAt: at.toISOString(),
    verdict: night >= BAD_FROM ? 'regression' : night === BROKEN_ON ? 'invalid' : 'fixed',
    exitCode: night >= BAD_FROM ? 1 : 0,
    durationMs: wave(night, 3_600_000, 200_000),
    plan: { name: 'nightly', shard: null, cells: [], leftOut: {} },
    pairs: pairsOf(night),
    cells: [
      ...pairOf(night, {}, 1, night === BROKEN_ON ? broken : {}),
      ...pairOf(night, { arch: 'arm64' }, 3, night >= BAD_FROM ? failed('KASAN: use-after-free Read in zs_free') : {}),
      ...stockBoots(night),
    ],
  })
}

/** As many nights, the oldest first. */
export const someNights = (count = 24): readonly RunResult[] =>
  Array.from({ length: count }, (_, night) => aNight(night))

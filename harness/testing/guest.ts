// SPDX-License-Identifier: MIT
import { checksOf } from '../guest/checks.ts'
import { generations } from '../guest/generation.ts'
import { type HoldPlan, NO_HOLDS } from '../guest/holds.ts'
import { readTestimony } from '../guest/records.ts'
import type { LaneName } from '../model/results.ts'
import type { Observation } from '../verdict/observation.ts'

const pages = { written: 10, verified: 10, wrong: 0, freed: 10 }
const even = {
  zsHandle: 0,
  objUsed: 0,
  storedPages: 0,
  sameFilledPages: 0,
  zspageSlab: 0,
  objAllocated: 0,
  pagesUsed: 0,
  nrZspages: 0,
  poolPages: 0,
}
const zswap = { enabled: 'Y', zpool: 'zsmalloc', compressor: 'lzo' }
const parameters = 'console=ttyS0 panic=-1'
const LANE_MS = 1000

/** The records of one lane, with what a test wants changed; null leaves a record out. */
export interface LaneShape {
  readonly lane?: LaneName
  readonly laneStart?: object
  /** Records between the start and the balance; `ms` is after the start unless they say otherwise. */
  readonly extra?: readonly object[]
  readonly balance?: object | null
  /** Changes of each `check` record of the lane. */
  readonly checks?: object | null
  readonly laneEnd?: object | null
}

/** A guest's records, with what a test wants changed. */
export interface GuestShape extends LaneShape {
  readonly hello?: object | null
  /** The lanes, when it is not the single one above. */
  readonly lanes?: readonly LaneShape[]
  readonly end?: boolean | object
  /** Records after the end. */
  readonly after?: readonly object[]
}

const laneRecords = (
  { lane = 'pump', laneStart, extra = [], balance, checks, laneEnd }: LaneShape,
  at: number,
): object[] => [
  { ms: at, t: 'laneStart', lane, seconds: LANE_MS / 1000, windowUs: lane === 'race' ? 15_000 : 0, ...laneStart },
  ...extra.map((record) => ({ ms: at + 500, lane, ...record })),
  ...(balance === null ? [] : [{ ms: at + LANE_MS, t: 'balance', lane, at: 'drained', ...even, ...balance }]),
  ...(checks === null || laneEnd === null ? [] : checksOf(lane)).map((check) => {
    const expected = check === 'zswap-pools' ? 1 : 0
    return { ms: at + LANE_MS, t: 'check', lane, check, expected, seen: expected, ...checks }
  }),
  ...(laneEnd === null
    ? []
    : [
        {
          ms: at + LANE_MS + 100,
          t: 'laneEnd',
          lane,
          status: 'ok',
          reason: null,
          elapsedMs: LANE_MS + 105,
          pages,
          zswap: { written_back_pages: 60, reject_reclaim_fail: 3 },
          race: null,
          classes: [{ size: 96, objectsPerZspage: 128, pagesPerZspage: 3, storedSeen: 240 }],
          ...laneEnd,
        },
      ]),
]

const hello = {
  ms: 1000,
  t: 'hello',
  protocol: 1,
  release: '6.1.192',
  cmdline: `${parameters} virtio_mmio.device=512@0xfeb00e00:12`,
  cpusOnline: 2,
  memTotalKiB: 1,
  seed: '1',
  zswap,
  holdModule: true,
  taint: 0,
}

/** A guest's records as its protocol writes them, one JSON line each. */
export const guest = (shape: GuestShape = {}): string[] => {
  const lanes = shape.lanes ?? [shape]
  const body = [
    ...(shape.hello === null ? [] : [{ ...hello, ...shape.hello }]),
    ...lanes.flatMap((lane, index) => laneRecords(lane, 1100 + index * 2 * LANE_MS)),
  ]
  const last = { t: 'end', records: body.length, lanesRun: lanes.length, wrongPages: 0, taint: 0 }
  const ended = shape.end === false ? [] : [{ ms: 60_000, ...last, ...(shape.end === true ? {} : shape.end) }]
  const after = (shape.after ?? []).map((record) => ({ ms: 60_001, ...record }))
  return [...body, ...ended, ...after].map((record, seq) => JSON.stringify({ seq, ...record }))
}

/** How a guest that reset itself ends. */
export const cleanBoot: Observation['boot'] = {
  process: { by: 'exit', code: 0 },
  shutdown: 'guest-reset',
  gaveUp: undefined,
  stderr: [],
}

/** The hold point of lane `race`, as a boot on 6.1 has it. */
export const RACE_HOLD: HoldPlan = {
  probes: ['zswap_writeback_entry:arg1', 'zs_free:return:arg1'].map((name) => ({
    symbol: name.split(':')[0]!,
    offset: 0,
    at: name.includes('return') ? 'return' : 'entry',
    key: 'arg1',
    whom: 'any',
    name,
  })),
  armed: [{ text: generations[0]!.hold!, probe: 0, until: 1, us: 15_000, lanes: ['race'] }],
  notes: [],
  sweeps: [],
  results: null,
  trialMs: null,
  own: true,
}

/** A boot with these records that showed nothing else, with what a test wants changed. */
export const observe = (shape: GuestShape = {}, over: Partial<Observation> = {}): Observation => ({
  asked: {
    lanes: (shape.lanes ?? [shape]).map(({ lane = 'pump' }) => ({ name: lane, seconds: LANE_MS / 1000 })),
    seed: '1',
    parameters,
    cpus: 2,
  },
  holds: NO_HOLDS,
  generation: generations[0]!,
  unfitLanes: [],
  zpool: true,
  testimony: readTestimony(guest(shape)),
  splats: [],
  console: { lines: 300, banner: true, dropped: 0, suppressed: 0 },
  lastConsoleLines: [],
  boot: cleanBoot,
  signature: [],
  patchLines: 'none',
  ...over,
})

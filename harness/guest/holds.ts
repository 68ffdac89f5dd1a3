// SPDX-License-Identifier: MIT
import { formatHold } from '../inputs/hold/format.ts'
import { type Hold, isAtPoint, type Point, type Sweep, type SweepWhom } from '../inputs/hold/model.ts'
import { parseAtPoint, parseHold } from '../inputs/hold/parse.ts'
import type { Points, Probe } from '../kernel/points/resolve.ts'
import type { HoldPoints, LaneName } from '../model/results.ts'
import type { CpioEntry } from './cpio.ts'
import type { Generation } from './generation.ts'

/** Where the points of a boot come from. */
export interface HoldSources {
  /** Whether points are armed at all. */
  readonly amplify: boolean
  /** Of the command line; they win over those of the series. */
  readonly given: readonly string[]
  readonly series: { readonly name: string; readonly hold: readonly string[] }
}

/** The points that a boot arms, as texts, and where an error would say that they are from. */
export interface ChosenHolds {
  readonly holds: readonly Hold[]
  /** Whether they are those of the kernel's generation, which the lane `race` is built around. */
  readonly own: boolean
}

const read = (texts: readonly string[], where: (index: number) => string): readonly Hold[] =>
  texts.map((text, index) => parseHold(text, where(index)))

const meets = (hold: Hold, lanes: readonly LaneName[]): boolean =>
  hold.lanes.length === 0 || hold.lanes.some((lane) => lanes.includes(lane))

/** The hold points for these lanes: the user's, else those of the series, else those of the kernel's generation. */
export const chooseHolds = (
  { amplify, given, series }: HoldSources,
  { hold }: Pick<Generation, 'hold'>,
  lanes: readonly LaneName[],
): ChosenHolds => {
  if (!amplify) return { holds: [], own: false }
  const texts = given.length > 0 ? given : series.hold
  const where = (index: number): string =>
    given.length > 0 ? `--hold ${JSON.stringify(given[index])}` : `series ${series.name}: hold[${index}]`
  const builtIn = hold === null ? [] : read([hold], () => 'the hold point of the lane race')
  const named = read(texts, where)
  const points = named.filter(isAtPoint)
  const same = points.length === 1 && builtIn.length === 1 && formatHold(points[0]!) === formatHold(builtIn[0]!)
  const holds = (named.length > 0 ? named : builtIn).filter((one) => meets(one, lanes))
  return { holds, own: named.length === 0 || same }
}

/** What the guest and its module are to do in a boot. */
export interface HoldPlan extends Points {
  /** They need no module. */
  readonly sweeps: readonly Sweep[]
  /** The number of the point that counts evictions; null without one. */
  readonly results: number | null
  /** Length of a trial of the search in milliseconds; null when the points are given. */
  readonly trialMs: number | null
  /** Whether lane `race` must show frees inside its windows. */
  readonly own: boolean
  /** Why these points stand for a schedule; missing without one. */
  readonly chosen?: HoldPoints['chosen']
}

/** No module, and no sweep. */
export const NO_HOLDS: HoldPlan = {
  probes: [],
  armed: [],
  notes: [],
  sweeps: [],
  results: null,
  trialMs: null,
  own: false,
}

/** Length of a trial: long enough for a few holds of every length. */
export const TRIAL_MS = 300

const lanesText = (lanes: readonly LaneName[]): string => (lanes.length === 0 ? '*' : lanes.join(','))

/** A hold of a search as a text, from the numbers of its points; -1 is no second point. */
export const holdText = (
  probes: readonly Probe[],
  { point, until, us }: { readonly point: number; readonly until: number; readonly us: number },
): string => {
  const at = (number: number): Point => parseAtPoint(probes[number]!.name, 'the search').point
  return formatHold({
    kind: 'hold',
    point: at(point),
    whom: { kind: 'any' },
    until: until < 0 ? null : at(until),
    us,
    lanes: [],
  })
}

const tasksText = (whom: SweepWhom): string => (whom.kind === 'task' ? `comm:${whom.name}` : whom.kind)

/**
 * Where a probe sits, as the module is told. The kernel may turn the breakpoint of an `entry` into a jump: it is faster, but
 * cannot override, and a search changes its points more often than the kernel can follow.
 */
const placeText = ({ at }: Probe, stays: boolean): string => (at === 'entry' && stays ? 'breakpoint' : at)

/** The guest's file: guest/README.md describes its lines. */
export const holdFile = ({ probes, armed, sweeps, results, trialMs }: HoldPlan): string => {
  const overridden = new Set(armed.flatMap((one) => ('us' in one ? [] : one.probe)))
  return [
    ...probes.map((probe, index) => {
      const place = placeText(probe, trialMs !== null || overridden.has(index))
      return `probe ${probe.symbol} ${probe.offset} ${place} ${probe.key} ${probe.whom}`
    }),
    ...armed.map((one) =>
      'us' in one
        ? `arm ${one.probe} ${one.until ?? -1} ${one.us} ${lanesText(one.lanes)}`
        : `override ${one.probe} ${BigInt.asIntN(64, one.value)} ${one.calls} ${lanesText(one.lanes)}`,
    ),
    ...sweeps.map(({ from, to, whom, lanes }) => `failnth ${from} ${to} ${tasksText(whom)} ${lanesText(lanes)}`),
    ...(results === null ? [] : [`results ${results}`]),
    ...(trialMs === null ? [] : [`trials ${trialMs}`]),
    '',
  ].join('\n')
}

/** The file as part of an initramfs; nothing for a boot without points and sweeps. */
export const holdEntries = (plan: HoldPlan): readonly CpioEntry[] =>
  plan.probes.length + plan.sweeps.length === 0
    ? []
    : [{ type: 'file', path: 'hold', mode: 0o644, data: Buffer.from(holdFile(plan)) }]

const armedIn =
  (lane: LaneName) =>
  ({ lanes }: { readonly lanes: readonly LaneName[] }): boolean =>
    lanes.length === 0 || lanes.includes(lane)

/** Whether a hold that another CPU ends is armed in this lane, so that its hits say how often the race had its chance. */
export const countsHits = ({ armed }: Pick<HoldPlan, 'armed'>, lane: LaneName): boolean =>
  armed.filter(armedIn(lane)).some((one) => 'until' in one && one.until !== null)

// SPDX-License-Identifier: MIT
import { ofType } from '../guest/records.ts'
import { formatHold } from '../inputs/hold/format.ts'
import { cleanLine } from '../lib/text/clean.ts'
import { many } from '../lib/text/number.ts'
import type {
  CellResult,
  Evidence,
  Finding,
  Found,
  HoldEvidence,
  HoldPoints,
  LaneName,
  SweepEvidence,
  Tried,
  TriedSchedule,
} from '../model/results.ts'
import type { Observation } from './observation.ts'

/** Who can have named the points that a boot armed. */
interface Named {
  readonly added: { readonly holds: readonly string[]; readonly schedule?: TriedSchedule | null }
  readonly series: { readonly hold: readonly string[] }
}

const textOf = ({ text, lanes }: { readonly text: string; readonly lanes: readonly LaneName[] }) => ({
  text,
  lanes: [...lanes],
})

const ownerOf = ({ holds, schedule = null }: Named['added'], series: Named['series']): HoldPoints['from'] => {
  if (schedule !== null) return 'schedule'
  if (holds.length > 0) return 'flags'
  return series.hold.length > 0 ? 'series' : 'harness'
}

/** The hold points and sweeps that the guest of this boot had; null without any, or when its module was not there. */
export const holdPointsOf = (
  {
    holds: { probes, armed, sweeps, trialMs, own, chosen = [] },
    testimony: { records },
  }: Pick<Observation, 'holds' | 'testimony'>,
  { added, series }: Named,
): HoldPoints | null => {
  const [hello] = ofType(records, 'hello')
  const hasModule = probes.length > 0 && hello?.holdModule === true
  if (!hello || (!hasModule && sweeps.length === 0)) return null
  const isSearch = trialMs !== null
  return {
    from: isSearch ? 'search' : ownerOf(added, series),
    armed: [
      ...(hasModule ? armed : []).map((one) => ({ ...textOf(one), override: 'value' in one, sweep: false })),
      ...sweeps.map((one) => ({ ...textOf({ ...one, text: formatHold(one) }), override: false, sweep: true })),
    ],
    race: own && hasModule && !isSearch,
    chosen,
  }
}

/** `912 frees inside 1300 windows` of the race that lane `race` is for; `12 hits in 40 holds` of other points. */
export const describeHits = (
  { hits, windows }: Pick<Evidence, 'hits' | 'windows'>,
  isRace: boolean,
  window = 'windows',
): string =>
  isRace
    ? `${hits} frees inside ${windows} ${window}`
    : `${hits} ${hits === 1 ? 'hit' : 'hits'} in ${many(windows, 'hold')}`

/** What a search did. */
export const describeSearch = ({ trials, orders }: NonNullable<Evidence['search']>): string =>
  `${many(trials, 'trial')} of hold points, ${many(orders, 'order')} of two points seen`

/** The searches of these boots together; null without any. The orders do not add up: each boot begins with none. */
export const searchOf = (cells: readonly Pick<CellResult, 'evidence'>[]): Evidence['search'] => {
  const searches = cells.flatMap(({ evidence }) => evidence.search ?? [])
  if (searches.length === 0) return null
  const trials = searches.reduce((sum, one) => sum + one.trials, 0)
  return { trials, orders: Math.max(...searches.map(({ orders }) => orders)) }
}

const OWNERS: Readonly<Record<Exclude<HoldPoints['from'], 'search'>, string>> = {
  flags: 'of --hold',
  series: 'of the series',
  harness: 'of the harness for this kernel',
  schedule: 'of --schedule',
}

/** Whose points were armed, and which; undefined for a boot without any. */
export const describeHolds = ({ holds, evidence }: Pick<CellResult, 'holds' | 'evidence'>): string | undefined => {
  if (holds === null) return undefined
  if (holds.from === 'search')
    return `a search: ${evidence.search ? describeSearch(evidence.search) : 'no trial began'}`
  return holds.armed.length === 0
    ? undefined
    : `${OWNERS[holds.from]}: ${holds.armed.map(({ text }) => text).join('; ')}`
}

/** Why the points of a schedule are these, one line for each, and which nearer ones the kernel cannot arm. */
export const describeChosen = ({ holds }: Pick<CellResult, 'holds'>): readonly string[] =>
  (holds?.chosen ?? []).map(({ text, why, instead }) => {
    const [nearest, ...others] = instead
    const passedOver =
      nearest === undefined
        ? ''
        : `; not '${nearest.text}': ${nearest.why}${others.length > 0 ? `, and ${others.length} more` : ''}`
    return `${text}: ${why}${passedOver}`
  })

/** The counters of one point; what cannot have happened there is left out. */
export const describeCounts = ({ reached, held, met, timedOut, overridden, missed }: HoldEvidence): string =>
  [
    `reached ${reached}`,
    ...(held > 0 || overridden === 0 ? [`held ${held}`, `met ${met}`, `timed out ${timedOut}`] : []),
    ...(overridden > 0 ? [`overridden ${overridden}`] : []),
    ...(missed > 0 ? [`missed ${missed}`] : []),
  ].join(', ')

/** How many allocations a sweep made fail. */
export const describeSweep = ({ set, injected }: SweepEvidence): string =>
  `${many(injected, 'allocation')} failed, of ${set} that were to fail`

/** Whether the guest died before it could say what happened at its points. */
export const diedUncounted = ({ evidence: { lanes, holds } }: Pick<CellResult, 'evidence'>): boolean =>
  lanes.some(({ status }) => status === null) && holds.every(({ reached }) => reached === 0)

const ALONE = '--amplify off runs the workload alone'
const FAIR = `A hold only makes a moment last longer: any machine may meet this order of events; ${ALONE}.`
const CHANGED = `An override returns what the function did not compute: the failure counts only if the function can return it there; ${ALONE}.`

const REFUSED = `A sweep makes allocations fail that a machine short of memory may refuse, some of them seldom; ${ALONE}.`

type Armed = HoldPoints['armed']

/** The points that were armed where a finding showed; undefined for one of the build, of the boot, and without points there. */
const armedAt = (holds: HoldPoints, { shown }: Finding): Armed | undefined => {
  if (!shown || shown.in === 'boot') return undefined
  if (holds.from === 'search') return []
  const { in: lane } = shown
  const armed = holds.armed.filter(({ lanes }) => lanes.length === 0 || lanes.includes(lane))
  return armed.length === 0 ? undefined : armed
}

/** What a failure under these hold points says about other machines; undefined for a boot that did not fail under any. */
export const meaningOfHolds = ({ holds, findings }: Pick<CellResult, 'holds' | 'findings'>): string | undefined => {
  if (holds === null) return undefined
  const failures = findings.filter(({ known }) => !known)
  const armed = failures.map((one) => armedAt(holds, one)).filter((one) => one !== undefined)
  if (armed.length === 0) return undefined
  if (armed.flat().some(({ override }) => override)) return CHANGED
  return armed.flat().some(({ sweep }) => sweep) ? REFUSED : FAIR
}

/** `2 of 2 boots failed, after 1.3 s on average`. */
export const describeTried = ({ boots, failures, seconds }: Tried): string =>
  `${failures} of ${many(boots, 'boot')} failed${seconds === null ? '' : `, after ${seconds.toFixed(1)} s on average`}`

/** Where and when a search brought the failure. */
export const describeFound = ({ lane, trial, seconds }: FoundTried): string =>
  `trial ${trial} in lane ${lane}, after ${seconds.toFixed(1)} s of all lanes`

/** What further boots showed of the failure that a search brought. */
export interface FoundTried extends Pick<Found, 'lane' | 'trial' | 'seconds' | 'armed'> {
  readonly minimised: {
    /** Where they ran; missing where that was the lane of the failure. */
    readonly lane?: LaneName
    /** Null when no points always bring it. */
    readonly best: Tried | null
    readonly alone: Tried
  } | null
}

const isEnough = ({ boots, failures }: Tried): boolean => boots > 0 && failures === boots

/** What the fewest points do, and the workload alone beside them. */
export const describeMinimised = ({ lane, minimised }: FoundTried): string => {
  if (minimised === null) return 'no fewer points are known'
  const { best, alone } = minimised
  const without = `the workload alone: ${describeTried(alone)}`
  if (best === null)
    return isEnough(alone) ? `${without}: no points are needed` : `no points bring it in every boot; ${without}`
  const points = best.holds.length === 1 ? 'this point' : `these ${best.holds.length} points`
  const elsewhere = minimised.lane === undefined || minimised.lane === lane ? '' : `, in lane ${minimised.lane}`
  return `with ${points} ${describeTried(best)}${elsewhere}; ${without}`
}

/** The fewest points that are known to bring the failure; none where none are needed. */
export const fewestOf = ({ minimised, armed }: FoundTried): readonly string[] => {
  if (minimised === null) return armed
  if (minimised.best !== null) return minimised.best.holds
  return isEnough(minimised.alone) ? [] : armed
}

/** All that a search found, in one line. */
export const summaryOf = (found: FoundTried): string => {
  const points = fewestOf(found).join(' and ')
  const where = describeFound(found)
  return `${points === '' ? where : `${points} (${where})`}: ${describeMinimised(found)}`
}

const quoted = (text: string): string => `'${cleanLine(text).replaceAll("'", "''")}'`

/** Points as lines for series.yaml; none without points. */
export const holdYaml = (texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : ['hold:', ...texts.map((text) => `  - ${quoted(text)}`)]

/** What a terminal shows of the hold points: of the first boot of a kernel, and of each that failed under them. */
export const holdNotes = (cell: CellResult): readonly string[] => {
  const holds = describeHolds(cell)
  const meaning = meaningOfHolds(cell)
  const fewest = cell.found ? fewestOf(cell.found) : []
  return [
    ...(holds !== undefined && (cell.run === 1 || meaning !== undefined) ? [`hold points: ${holds}`] : []),
    ...(cell.run === 1 ? describeChosen(cell).map((line) => `chosen ${line}`) : []),
    ...(cell.found ? [`found ${summaryOf(cell.found)}`] : []),
    ...(fewest.length > 0 ? [`for series.yaml: hold: [${fewest.map(quoted).join(', ')}]`] : []),
    ...(meaning === undefined ? [] : [`failed under hold points: ${meaning}`]),
  ]
}

// SPDX-License-Identifier: MIT
import type { LaneName } from '../model/results.ts'
import { type Check, when } from './asked.ts'
import { programs } from './programrecords.ts'
import { type GuestRecord, ofType, type Sample } from './records.ts'

type LaneStart = Extract<GuestRecord, { t: 'laneStart' }>
type LaneEnd = Extract<GuestRecord, { t: 'laneEnd' }>

/** One record after another: what may follow what. */
class Sequence {
  readonly problems: string[] = []
  #open: LaneName | undefined
  #last: LaneName | undefined
  #ended = false

  see(record: GuestRecord, index: number): void {
    if (this.#ended) this.#say(`a ${record.t} record came after the end`)
    if (record.t === 'hello' && index > 0) this.#say('a second hello record came')
    if (record.t !== 'hello' && index === 0) this.#say(`the first record is ${record.t}, not hello`)
    if (record.t === 'laneStart') this.#start(record.lane)
    else if (record.t === 'laneEnd') this.#end(record.lane)
    else if (record.t === 'end') this.#finish()
    else if (record.t === 'coverage') this.#check(record, this.#open === undefined ? this.#last : undefined)
    else if ('lane' in record) this.#check(record, this.#open)
  }

  #say(problem: string): void {
    this.problems.push(problem)
  }

  #start(lane: LaneName): void {
    if (this.#open !== undefined) this.#say(`lane ${lane} began inside lane ${this.#open}`)
    this.#open = lane
  }

  #end(lane: LaneName): void {
    if (this.#open !== lane) this.#say(`lane ${lane} ended, but ${this.#open ?? 'no lane'} was running`)
    this.#open = undefined
    this.#last = lane
  }

  #finish(): void {
    if (this.#open !== undefined) this.#say(`the end came inside lane ${this.#open}`)
    this.#ended = true
  }

  #check({ t, lane }: { readonly t: string; readonly lane: LaneName }, place: LaneName | undefined): void {
    if (lane !== place) this.#say(`a ${t} record of lane ${lane} came outside it`)
  }
}

const order: Check = (records) => {
  const sequence = new Sequence()
  for (const [index, record] of records.entries()) sequence.see(record, index)
  return sequence.problems
}

const clock: Check = (records) =>
  records.flatMap(({ ms, t, seq }, index) => {
    const before = records[index - 1]
    if (before === undefined) return []
    return [
      ...when(ms < before.ms, `the clock went back from ${before.ms} to ${ms} ms at a ${t} record`),
      ...when(seq <= before.seq, `record ${seq} came after record ${before.seq}`),
    ]
  })

const greeting: Check = (records, { seed, parameters, cpus }) =>
  ofType(records, 'hello').flatMap((hello) => [
    ...when(hello.cpusOnline !== cpus, `${hello.cpusOnline} CPUs were online, the machine has ${cpus}`),
    ...when(hello.seed !== seed, `the guest's seed was ${hello.seed ?? 'not given'}, not ${seed}`),
    ...when(
      !`${hello.cmdline} `.startsWith(`${parameters} `),
      `the guest's command line is not the one that QEMU was given: ${hello.cmdline}`,
    ),
  ])

const plan: Check = (records, { lanes }) => {
  const started = ofType(records, 'laneStart')
  const positions = started.map(({ lane }) => lanes.findIndex(({ name }) => name === lane))
  return started.flatMap(({ lane, seconds }, index) => {
    const wanted = lanes[positions[index]!]
    if (wanted === undefined) return [`lane ${lane} ran, which nobody asked for`]
    const later = positions.slice(0, index).find((position) => position >= positions[index]!)
    const previous = later === undefined ? undefined : lanes[later]!.name
    return [
      ...when(previous === lane, `lane ${lane} ran twice`),
      ...when(previous !== undefined && previous !== lane, `lane ${lane} ran after lane ${previous}`),
      ...when(seconds !== wanted.seconds, `lane ${lane} began with ${seconds} s, asked for were ${wanted.seconds} s`),
    ]
  })
}

/** A lane that began and ended. */
interface Whole {
  readonly start: LaneStart
  readonly samples: readonly Sample[]
  readonly end: LaneEnd
}

const wholeLanes = (records: readonly GuestRecord[]): readonly Whole[] =>
  ofType(records, 'laneStart').flatMap((start) => {
    const end = ofType(records, 'laneEnd').find(({ lane, seq }) => lane === start.lane && seq > start.seq)
    if (end === undefined) return []
    const samples = ofType(records, 'sample').filter(({ lane, seq }) => lane === start.lane && seq > start.seq)
    return [{ start, samples, end }]
  })

// The guest takes the start before it writes `laneStart`, and the time of a record just before its other fields.
const SLACK_MS = 10_000

const wrongTime = (start: LaneStart, { t, ms, elapsedMs }: Sample | LaneEnd): readonly string[] => {
  const span = ms - start.ms
  return when(
    elapsedMs < span - 1 || elapsedMs > span + SLACK_MS,
    `a ${t} record of lane ${start.lane} says ${elapsedMs} ms, its clock ${span} ms`,
  )
}

const SHORT = 0.9

const times: Check = (records) =>
  wholeLanes(records).flatMap(({ start, samples, end }) => [
    ...when(
      // A program may end before its time limit.
      end.status === 'ok' && start.lane !== 'workload' && end.elapsedMs < start.seconds * 1000 * SHORT,
      `lane ${start.lane} of ${start.seconds} s took ${end.elapsedMs} ms`,
    ),
    ...[...samples, end].flatMap((record) => wrongTime(start, record)),
  ])

type Numbers = Readonly<Record<string, number | null | undefined>>

const wentBack = (what: string, before: Numbers, now: Numbers): readonly string[] =>
  Object.entries(now).flatMap(([name, value]) => {
    const old = before[name]
    if (typeof old !== 'number' || typeof value !== 'number') return []
    return when(value < old, `${name} of ${what} went back from ${old} to ${value}`)
  })

const steps = <T>(values: readonly T[]): readonly (readonly [T, T])[] =>
  values.slice(1).map((value, index) => [values[index]!, value] as const)

// The other counters of zswap, and `missed`, are not protected against races, so they may lose updates.
const totalsOf = ({ zswap, race }: Pick<Sample, 'zswap' | 'race'>): Numbers => ({
  ...race,
  missed: undefined,
  written_back_pages: zswap?.written_back_pages,
})

const growth: Check = (records) => [
  ...steps(ofType(records, 'sample')).flatMap(([before, now]) =>
    wentBack(`lane ${now.lane}`, totalsOf(before), totalsOf(now)),
  ),
  ...wholeLanes(records).flatMap(({ samples, end }) => [
    ...steps<Sample | LaneEnd>([...samples, end]).flatMap(([before, now]) =>
      wentBack(
        `lane ${end.lane}`,
        { ...before.pages, elapsedMs: before.elapsedMs },
        { ...now.pages, elapsedMs: now.elapsedMs },
      ),
    ),
    ...wentBack(`lane ${end.lane}`, { written_back_pages: 0 }, totalsOf(end)),
    ...Object.entries({ ...end.pages, ...end.race }).flatMap(([name, value]) =>
      when((value ?? 0) < 0, `lane ${end.lane} counted ${value} ${name}`),
    ),
  ]),
]

/** No lane verifies a page this often before it writes it again. */
const MOST_CHECKS = 16

const sums: Check = (records) =>
  ofType(records, 'laneEnd').flatMap(({ lane, pages, race }) => [
    ...when(
      pages.verified > pages.written * MOST_CHECKS,
      `lane ${lane} counted ${pages.verified} pages verified of ${pages.written} written`,
    ),
    ...when(pages.freed > pages.written, `lane ${lane} counted ${pages.freed} pages freed of ${pages.written} written`),
    ...when(
      pages.wrong > pages.verified,
      `lane ${lane} counted ${pages.wrong} pages wrong of ${pages.verified} verified`,
    ),
    ...(race === null
      ? []
      : [
          ...when(
            race.hits + race.timeouts > race.windows,
            `lane ${lane} counted ${race.hits} hits and ${race.timeouts} timeouts in ${race.windows} windows`,
          ),
          ...when(
            (race.evictFailed ?? 0) > (race.evictions ?? 0),
            `lane ${lane} counted ${race.evictFailed} failed of ${race.evictions} evictions`,
          ),
        ]),
  ])

const windows: Check = (records) =>
  wholeLanes(records).flatMap(({ start, end }) =>
    when(
      start.windowUs === 0 && (end.race?.windows ?? 0) > 0,
      `lane ${start.lane} began without race windows and counted ${end.race?.windows}`,
    ),
  )

/** A lane records at most this many of its wrong pages. */
const MOST_WRONG = 20

const wrongPages: Check = (records) =>
  ofType(records, 'laneEnd').flatMap(({ lane, pages }) => {
    const recorded = ofType(records, 'wrongPage').filter((record) => record.lane === lane).length
    return when(
      recorded !== Math.min(pages.wrong, MOST_WRONG),
      `lane ${lane} counted ${pages.wrong} wrong pages and recorded ${recorded}`,
    )
  })

const totals: Check = (records) => {
  const ends = ofType(records, 'laneEnd')
  const wrong = ends.reduce((sum, { pages }) => sum + pages.wrong, 0)
  return ofType(records, 'end').flatMap((end) => [
    ...when(end.lanesRun !== ends.length, `the end counts ${end.lanesRun} lanes, ${ends.length} ended`),
    ...when(end.wrongPages !== wrong, `the end counts ${end.wrongPages} wrong pages, the lanes ${wrong}`),
  ])
}

const CHECKS: readonly Check[] = [
  ...[order, clock, greeting, plan, times, growth, sums, windows, wrongPages, totals],
  programs,
]

/** Where a guest's records contradict each other or what the guest was asked for; one sentence each. */
export const contradictions: Check = (records, asked) => CHECKS.flatMap((check) => check(records, asked))

// SPDX-License-Identifier: MIT
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CellResult } from '../../model/results.ts'
import { lingering } from './processes.ts'
import { outcomeOf, type Ran, type Start, type Started, startProgram } from './program.ts'
import { type Boots, makeWorld, type Site, type Stock, type World, writeScripts } from './site.ts'

/** Who caused what a run met: then no cell may blame the other side. Of a lie nobody knows: any verdict but a green one. */
export type Blame = 'host' | 'kernel' | 'nobody' | 'either'

/** What an injection saw of itself. */
export interface Hit {
  /** Whether the fault took place: the run may have ended before its moment. */
  readonly hit: boolean
  /** What happened, for the report. */
  readonly note?: string
  /** What was wrong while it ran. */
  readonly wrong?: readonly string[]
}

/** One injected fault and the verdict that is right. */
export interface Fault {
  readonly category: string
  readonly name: string
  readonly stock: Stock
  readonly blame: Blame
  /** The outcomes that are right when the fault took place, and why. */
  readonly right: readonly string[]
  readonly why: string
  readonly boots?: Boots
  readonly start?: (world: World) => Start
  /** Changes the world before the run. */
  readonly prepare?: (world: World) => Promise<Hit | undefined>
  /** Acts while the program runs. */
  readonly during?: (started: Started, world: World) => Promise<Hit>
  /** Removes the cause before the next run. */
  readonly repair?: (world: World) => Promise<unknown>
  /** Ends what served both runs. */
  readonly finish?: (world: World) => Promise<unknown>
  /** Runs the program in another way, both times. */
  readonly execute?: (world: World) => Promise<Executed>
}

/** The run with the fault and the next one, with what each left. */
export interface Executed {
  readonly first: Ran
  readonly hit: Hit
  readonly left: readonly string[]
  readonly next: Ran
  readonly nextLeft: readonly string[]
}

/** What was wrong with one fault's outcome; nothing when all was right. */
export interface Result {
  readonly fault: Fault
  readonly outcome: string
  readonly hit: Hit
  readonly wrong: readonly string[]
  readonly left: readonly string[]
  readonly nextWrong: readonly string[]
  readonly ms: number
  readonly output: string
}

/** The names of entries of the cache that are half made. */
export const HALF_MADE = /^\.staging-|^\.check-|\.tmp$|\.archive$/

const below = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : [])

const KINDS = ['trees', 'sources', 'builds', 'guests', 'downloads', 'blobs/incoming']

/** Temporary files, and entries of the cache that are half made. */
export const filesLeft = ({ tmp, cache }: Pick<World, 'tmp' | 'cache'>): readonly string[] => [
  ...below(tmp).map((name) => `TMPDIR/${name}`),
  ...KINDS.flatMap((kind) =>
    below(join(cache, kind))
      .filter((name) => HALF_MADE.test(name))
      .map((name) => `cache/${kind}/${name}`),
  ),
]

const leftBy = async (world: World): Promise<readonly string[]> => [
  ...(await lingering(world.dir)).map((text) => `process ${text}`),
  ...filesLeft(world),
]

const twice = async (world: World, fault: Fault): Promise<Executed> => {
  await writeScripts(world, fault.boots)
  const prepared = await fault.prepare?.(world)
  const start = fault.start?.(world) ?? {}
  const started = startProgram(world, start)
  const during = await fault.during?.(started, world)
  const first = await started.ended
  const left = await leftBy(world)
  await fault.repair?.(world)
  await writeScripts(world)
  const { tree, env } = start
  const again: Start = { results: 'r2', ...(tree === undefined ? {} : { tree }), ...(env ? { env } : {}) }
  const next = await startProgram(world, again).ended
  await fault.finish?.(world)
  return { first, hit: during ?? prepared ?? { hit: true }, left, next, nextLeft: await leftBy(world) }
}

const cellWrong = ({ id, leg, verdict, findings, reason }: CellResult, { blame, boots }: Fault): readonly string[] => {
  const wrong: string[] = []
  if ((blame === 'host' || blame === 'nobody') && leg === 'after' && verdict === 'fail')
    wrong.push(`${id} is blamed on the kernel: ${reason}`)
  if (blame === 'kernel' && leg === 'after' && verdict === 'error') wrong.push(`${id} is blamed on the host: ${reason}`)
  if (leg === 'before' && boots?.before === undefined) {
    if (verdict === 'pass') wrong.push(`${id} passes`)
    if (verdict === 'fail' && !findings.some(({ signature }) => signature))
      wrong.push(`${id} is blamed on the kernel without its bug: ${reason}`)
  }
  return wrong
}

const firstWrong = (fault: Fault, { first, hit }: Executed): readonly string[] => {
  const right = hit.hit ? fault.right : ['0 fixed']
  const outcome = outcomeOf(first)
  const cells = first.run?.cells ?? []
  const pairs = (first.run?.pairs ?? []).map(({ verdict }) => verdict)
  return [
    ...(right.includes(outcome) ? [] : [`${outcome} instead of ${right.join(' or ')}`]),
    ...cells.flatMap((cell) => cellWrong(cell, fault)),
    ...(hit.wrong ?? []),
    // A run whose pair is fixed, but which was interrupted later, must not have seen the fault in that pair.
    ...(pairs.includes('fixed') && fault.blame === 'kernel' && !right.includes('0 fixed') ? ['its pair is fixed'] : []),
  ]
}

const nextWrong = ({ next, nextLeft }: Executed): readonly string[] => [
  ...(outcomeOf(next) === '0 fixed'
    ? []
    : [`the next run: ${outcomeOf(next)}: ${next.output.trim().split('\n').slice(-3).join(' | ')}`]),
  ...nextLeft.map((text) => `after the next run: ${text}`),
]

// What a killed harness cannot remove, and the entry that an interrupted one was making: the next run has to.
const leftAtOnce = ({ first, left }: Executed): readonly string[] => {
  const isKilled = first.signal === 'SIGKILL'
  const isInterrupted = first.code === 130 || first.signal !== null
  return left.filter(
    (text) => (text.startsWith('TMPDIR/') ? !isKilled : true) && (text.startsWith('cache/') ? !isInterrupted : true),
  )
}

const describeEnd = ({ run, output }: Ran): string =>
  run && !run.interrupted
    ? run.cells.map(({ leg, verdict, reason }) => `${leg} ${verdict}: ${reason}`).join(' | ')
    : output.trim().split('\n').slice(-2).join(' | ')

const inject = async (site: Site, fault: Fault, began: number): Promise<Result> => {
  const world = await makeWorld(site, fault.stock)
  const done = await (fault.execute ?? ((one) => twice(one, fault)))(world)
  return {
    fault,
    outcome: outcomeOf(done.first),
    hit: done.hit,
    wrong: firstWrong(fault, done),
    left: leftAtOnce(done),
    nextWrong: nextWrong(done),
    ms: performance.now() - began,
    output: describeEnd(done.first),
  }
}

/** Injects one fault into a world of its own, and checks verdict, leftovers and the next run. */
export const runFault = async (site: Site, fault: Fault): Promise<Result> => {
  const began = performance.now()
  try {
    return await inject(site, fault, began)
  } catch (error) {
    const wrong = [`the campaign itself failed: ${(error as Error).stack ?? error}`]
    const ms = performance.now() - began
    return { fault, outcome: 'none', hit: { hit: false }, wrong, left: [], nextWrong: [], ms, output: '' }
  }
}

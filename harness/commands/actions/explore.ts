// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { explore as exploreBoth } from '../../explore/explore.ts'
import { type ReplayFile, readReplay, requirePatches } from '../../explore/replayfile.ts'
import { replaySchedule } from '../../explore/replayschedule.ts'
import { exploreText } from '../../explore/report/text.ts'
import type { ExploreRequest } from '../../explore/request.ts'
import { ownScenarios } from '../../explore/scenarios.ts'
import type { SearchPlan } from '../../explore/search.ts'
import { writeExploration } from '../../explore/write.ts'
import { configNames, requireName } from '../../inputs/kconfig/compose.ts'
import { recordedSpec } from '../../inputs/series/sources.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { requireLlvm } from '../../kernel/toolchain.ts'
import { boundCache } from '../../lib/cache/clean.ts'
import { exists } from '../../lib/files/exists.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { seconds, wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { newRunId, openResultsDir } from '../../run/results.ts'
import { NATIVE, requireNative } from '../shared/native.ts'
import { resolvePatches, resolveSeries, resolveToolchains } from '../shared/resolve.ts'
import { type Given, patchFlags, requirePatchFiles } from '../shared/schedule.ts'
import { ownCommand, type Session, withProgress } from '../shared/session.ts'
import { jobsFrom, legsFrom, resultsFrom } from '../shared/settings.ts'

/** The flags of `explore`, not yet parsed. */
export interface ExploreFlags {
  readonly arch?: string
  readonly tree: string
  readonly series: string
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
  readonly config: string
  readonly leg: string
  readonly budget: string
  readonly bound: string
  readonly memory: 'sc' | 'tso'
  readonly points: SearchPlan['points']
  readonly scenario?: readonly string[]
  readonly generate?: string
  readonly seed: string
  readonly replay?: string
  readonly llvm?: boolean
  readonly jobs?: string
  readonly results?: string
  readonly format?: Format
}

const MOST_BOUND = 64
const MOST_SIZE = 4
const MOST_SEED = 1_000_000_000

/** The value of `--bound`; null without one. */
export const boundFrom = (text: string): number | null =>
  text === 'none' ? null : wholeNumber('--bound', text, 0, MOST_BOUND)

const givenScenarios = async (files: readonly string[]): Promise<readonly string[]> => {
  for (const file of files)
    if (!(await exists(file))) throw new UsageError(`--scenario ${file}: no such file`, 'give a file of operations')
  return files.map((file) => resolve(file))
}

/** What to search, and how far, from the flags; a UsageError names the first wrong one. */
export const searchFrom = async (flags: ExploreFlags): Promise<SearchPlan> => {
  const { scenario, memory, points } = flags
  if (memory === 'tso' && points !== 'racy')
    throw new UsageError(
      `--memory tso --points ${points}: only stores to racy words are held back`,
      'use --points racy',
    )
  const budgetMs = seconds('--budget', flags.budget) * 1000
  const size = wholeNumber('--generate', flags.generate ?? (scenario ? '0' : '1'), 0, MOST_SIZE)
  const bound = boundFrom(flags.bound)
  const seed = wholeNumber('--seed', flags.seed, 0, MOST_SEED)
  const scenarios = scenario ? await givenScenarios(scenario) : await ownScenarios()
  if (size === 0 && flags.generate !== undefined && scenarios.length === 0)
    throw new UsageError('--generate 0: there is no scenario to explore', 'give --scenario FILE, or a size')
  return { scenarios, generate: size === 0 ? null : size, bound, memory, points, seed, budgetMs }
}

type Asked = Omit<ExploreRequest, 'dir' | 'id'>

const requestOf = async (flags: ExploreFlags): Promise<Asked> => {
  requireNative(flags.arch)
  requireName('config', flags.config, await configNames())
  const tree = parseTreeSpec(flags.tree)
  const legs = legsFrom(flags.leg)
  const jobs = jobsFrom(flags.jobs)
  const search = await searchFrom(flags)
  const series = await resolveSeries(flags.series, flags.patch)
  const extraPatches = await resolvePatches(flags.extraPatch)
  if (flags.llvm) await requireLlvm()
  const toolchain = (await resolveToolchains([NATIVE], flags.llvm === true)).get(NATIVE)!
  const { config } = flags
  const cache = cacheRoot()
  const patchFiles = (flags.patch ?? []).map(recordedSpec)
  const extraPatchFiles = (flags.extraPatch ?? []).map(recordedSpec)
  const patches = { series, extraPatches, patchFiles, extraPatchFiles }
  return { tree, ...patches, config, legs, toolchain, search, jobs, cache, command: ownCommand() }
}

const openFolder = async (flags: ExploreFlags): Promise<Pick<ExploreRequest, 'id' | 'dir'>> => {
  const id = `explore-${newRunId(new Date())}`
  return { id, dir: await openResultsDir(resultsFrom(flags.results), id, 'latest-explore') }
}

const exploreIn = async (asked: Asked, flags: ExploreFlags, session: Session) => {
  const folder = await openFolder(flags)
  const result = await exploreBoth({ ...asked, ...folder }, session)
  await writeExploration(folder.dir, result)
  const { verdict, exitCode, reasons } = result
  session.emit({ type: 'run', verdict, exitCode, text: reasons[0] ?? '', dir: folder.dir })
  await boundCache(asked.cache, session)
  return { result, dir: folder.dir }
}

const print = (format: Format, text: string): void => {
  if (format !== 'jsonl') process.stdout.write(`\n${text}`)
}

// The file says what is run, and one schedule needs no search.
const NO_SEARCH = ['scenario', 'generate', 'bound', 'points', 'budget', 'seed'] as const

const dashed = (flag: string): string => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Throws for a flag that says something else than the schedule, which would be silently ignored. */
export const refuseContradictions = (file: string, known: ReplayFile, flags: ExploreFlags, given: Given): void => {
  const idle = NO_SEARCH.find(given)
  if (idle !== undefined)
    throw new UsageError(`${dashed(idle)} does nothing with --replay: ${file} has one schedule`, 'leave it out')
  for (const flag of ['tree', 'config', 'leg', 'memory'] as const)
    if (given(flag) && flags[flag] !== known[flag])
      throw new UsageError(
        `${dashed(flag)} ${flags[flag]}: the schedule of ${file} was found with ${known[flag]}`,
        'leave it out: the file names it',
      )
  if (given('llvm') && !known.llvm)
    throw new UsageError(`--llvm: the schedule of ${file} was found on objects of gcc`, 'leave it out')
}

/** The flags of a replay: what the file says. */
const replayFlags = (known: ReplayFile, flags: ExploreFlags, given: Given): ExploreFlags => {
  const { tree, config, leg, memory, llvm } = known
  return { ...flags, ...patchFlags(known, flags, given), tree, config, leg, memory, llvm }
}

const replay = async (file: string, flags: ExploreFlags, format: Format, given: Given): Promise<void> => {
  const known = await readReplay(file)
  refuseContradictions(file, known, flags, given)
  const own = replayFlags(known, flags, given)
  requirePatchFiles('--replay', file, [...(own.patch ?? []), ...(own.extraPatch ?? [])])
  const asked = await requestOf(own)
  const isGiven = { series: given('series') || given('patch'), extraPatches: given('extraPatch') }
  requirePatches(file, '--replay', known, asked, isGiven)
  // A replay leaves no results: latest-explore stays what it was.
  const found = await withProgress(format, (session) =>
    inTempDir('replay', (dir) => replaySchedule({ ...asked, id: 'replay', dir }, known, session)),
  )
  print(format, found.text)
  process.exitCode = found.exitCode
}

/** Runs `zsharness explore`. */
export const explore = async (flags: ExploreFlags, given: Given): Promise<void> => {
  const format = flags.format ?? chooseFormat()
  if (flags.replay !== undefined) return replay(flags.replay, flags, format, given)
  const asked = await requestOf(flags)
  const { result, dir } = await withProgress(format, (session) => exploreIn(asked, flags, session))
  print(format, exploreText(result, dir))
  process.exitCode = result.exitCode
}

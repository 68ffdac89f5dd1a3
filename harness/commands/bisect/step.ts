// SPDX-License-Identifier: MIT
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../../bisect/core/evidence.ts'
import { judgeRun } from '../../bisect/engine/step.ts'
import { openRepo } from '../../bisect/git/repo.ts'
import { type BisectState, bisectState } from '../../bisect/git/state.ts'
import { openWorkTree } from '../../bisect/git/worktree.ts'
import type { Symptom } from '../../bisect/journal/records.ts'
import { makeSources } from '../../bisect/sources.ts'
import { isStatic, matches, parseSymptom } from '../../bisect/symptom.ts'
import type { Tester } from '../../bisect/tester.ts'
import { kernelTester } from '../../bisect/testers/kernel.ts'
import { scriptTester } from '../../bisect/testers/script.ts'
import { readPatches } from '../../inputs/series/files.ts'
import { loadSeries } from '../../inputs/series/load.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { HarnessError, HostError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { chooseFormat } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import { type CellFlags, cellOptions } from './cell.ts'
import { confidenceFrom } from './options.ts'

export interface StepFlags extends CellFlags {
  readonly script?: string
  readonly scriptTimeout: string
  readonly symptom: string
  readonly runs?: string
  readonly hitRate: string
  readonly confidence: string
  readonly carry?: readonly string[]
}

/** git's exit codes for `git bisect run`. */
export const GIT = { good: 0, bad: 1, skip: 125, stop: 128 } as const

// A search of a thousand commits calls ten of them good; each may take its share of the error.
const GOOD_ANSWERS = 10

/** Clean runs that make a good answer at a hit rate that is known. */
export const runsFor = (hitRate: number, confidence: number): number =>
  hitRate >= 1 ? 1 : Math.ceil(Math.log((1 - confidence) / GOOD_ANSWERS) / Math.log(1 - hitRate))

const runsFrom = (flags: StepFlags): number => {
  if (flags.runs !== undefined) {
    if (/^[1-9]\d{0,4}$/.test(flags.runs)) return Number(flags.runs)
    throw new UsageError(`--runs ${flags.runs}: not a whole number from 1 to 99999`)
  }
  const rate = Number(flags.hitRate)
  if (!/^(0?\.\d+|1(\.0*)?)$/.test(flags.hitRate) || rate < 0.001)
    throw new UsageError(`--hit-rate ${flags.hitRate}: not a share from 0.001 to 1`, 'write it as in 0.5')
  return runsFor(rate, confidenceFrom(flags.confidence))
}

const ANY: Symptom = { kind: null, title: null, oracle: null, signature: false }

/** Tests one commit until a hit, or until it is clean often enough. */
export const testCommit = async (
  tester: Tester,
  id: string,
  asked: { readonly symptom: Symptom; readonly runs: number; readonly dir: string },
  context: Context,
): Promise<Outcome> => {
  const { symptom, runs, dir } = asked
  const prepared = await tester.prepare(id, { dir }, context)
  if (isStatic(symptom)) return prepared.sightings.some((seen) => matches(symptom, seen)) ? 'bad' : 'clean'
  if (prepared.kind === 'unbuildable') return 'skip'
  let clean = 0
  for (let nth = 1; nth <= runs; nth++) {
    const { outcome, why } = judgeRun(await tester.run(id, nth, { dir }, context), symptom)
    context.emit({
      type: 'note',
      scope: id.slice(0, 12),
      level: 'info',
      text: `run ${nth} of ${runs}: ${outcome}: ${why}`,
    })
    if (outcome === 'bad' || outcome === 'skip') return outcome
    if (outcome === 'clean') clean++
  }
  // A run that told nothing must not count for a good answer.
  return clean === runs ? 'clean' : 'skip'
}

const firstGood = async ({ dir }: BisectState): Promise<string | undefined> => {
  const log = await readFile(join(dir, 'BISECT_LOG'), 'utf8').catch(() => '')
  return /^# good: \[([0-9a-f]{40,64})\]/m.exec(log)?.[1]
}

const openStep = async (flags: StepFlags, context: Context) => {
  const cwd = process.cwd()
  const state = await bisectState(cwd, context.signal)
  const scratch = join(state.dir, 'zsharness-bisect')
  const repo = await openRepo(cwd, scratch, context.signal)
  const patches = (await Promise.all((flags.carry ?? []).map((file) => readPatches(file)))).flat()
  const carry = await Promise.all(patches.map(({ file }) => ({ name: file, file })))
  // Where nothing is carried, git's own checkout is what a script expects to be in.
  const ownTree = carry.length > 0 || !state.checkedOut
  return { repo, state, scratch, cwd, sources: makeSources(repo, state.commit, carry), ownTree }
}

const openTester = async (flags: StepFlags, step: Awaited<ReturnType<typeof openStep>>, context: Context) => {
  const { sources, repo, cwd, ownTree, state } = step
  if (flags.script !== undefined) {
    const tree = ownTree ? await openWorkTree(repo) : { dir: cwd, show: async () => undefined }
    const timeoutS = Number(flags.scriptTimeout)
    return scriptTester(sources, tree, { command: flags.script, timeoutS, seed: flags.seed })
  }
  const options = await cellOptions(flags)
  const series = await loadSeries(options.series)
  const base = (await firstGood(state)) ?? state.commit
  return kernelTester(sources, { options, series, base, warnings: false }, context)
}

const CODES: Readonly<Record<Outcome, number>> = {
  bad: GIT.bad,
  clean: GIT.good,
  skip: GIT.skip,
  blocked: GIT.skip,
  built: GIT.skip,
  infra: GIT.stop,
}

const step = async (flags: StepFlags, context: Context): Promise<number> => {
  const runs = runsFrom(flags)
  const symptom = parseSymptom(flags.symptom) ?? ANY
  const opened = await openStep(flags, context)
  const { commit } = opened.state
  const dir = join(opened.scratch, 'steps', commit)
  await mkdir(dir, { recursive: true })
  await using tester = await openTester(flags, opened, context)
  const outcome = await testCommit(tester, commit, { symptom, runs, dir }, context)
  context.emit({ type: 'note', scope: commit.slice(0, 12), level: 'info', text: `${outcome}` })
  return CODES[outcome]
}

const tell = (error: unknown): void => {
  const hint = error instanceof HarnessError && error.hint !== undefined ? `\n  -> ${error.hint}` : ''
  const known = error instanceof HarnessError ? error.message : ((error as Error).stack ?? String(error))
  process.stderr.write(`zsharness: ${known}${hint}\n`)
}

/** `zsharness bisect step`: one commit for `git bisect run`; every failure that is not the commit's stops git. */
export const stepCommand = async (flags: StepFlags): Promise<void> => {
  const renderer = makeRenderer(flags.format ?? chooseFormat(), process.stdout)
  try {
    const context = { emit: renderer.onEvent, signal: interruptSignal(), scope: 'bisect' }
    process.exitCode = await step(flags, context)
  } catch (error) {
    tell(error)
    process.exitCode = error instanceof HostError ? GIT.stop + 1 : GIT.stop
  } finally {
    renderer.close()
  }
}

// SPDX-License-Identifier: MIT
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Patch } from '../inputs/series/model.ts'
import type { Context } from '../model/events.ts'
import { shortId } from './core/graph.ts'
import type { TrialOutcome } from './core/tallies.ts'
import { judgeTest } from './engine/record.ts'
import { GIT } from './exits.ts'
import { openRepo } from './git/repo.ts'
import { type BisectState, bisectState } from './git/state.ts'
import { openWorkTree } from './git/worktree.ts'
import type { Symptom } from './journal/records.ts'
import type { ResolvedPlan } from './request.ts'
import { makeSources } from './sources.ts'
import { ANY_FAILURE, isStatic, matches } from './symptom.ts'
import type { Tester } from './tester.ts'
import { kernelTester } from './testers/kernel.ts'
import { scriptTester } from './testers/script.ts'

/** One step of `git bisect run`: every flag parsed, every file read. */
export interface GitStepRequest {
  /** Undefined for any failure. */
  readonly symptom: Symptom | undefined
  /** The number of clean runs that makes a commit good. */
  readonly runs: number
  readonly plan: ResolvedPlan
  readonly carry: readonly Patch[]
  readonly seed: string
}

// A search of a thousand commits gets ten good answers, which share the allowed error.
const GOOD_ANSWERS = 10

/** The number of clean runs that makes a commit good, for a known hit rate. */
export const runsFor = (hitRate: number, confidence: number): number =>
  hitRate >= 1 ? 1 : Math.ceil(Math.log((1 - confidence) / GOOD_ANSWERS) / Math.log(1 - hitRate))

/** Tests one commit until a hit, or until it has had enough clean runs. */
export const testCommit = async (
  tester: Tester,
  id: string,
  wanted: { readonly symptom: Symptom; readonly runs: number; readonly dir: string },
  context: Context,
): Promise<TrialOutcome> => {
  const { symptom, runs, dir } = wanted
  const prepared = await tester.prepare(id, { dir }, context)
  if (isStatic(symptom)) return prepared.sightings.some((seen) => matches(symptom, seen)) ? 'bad' : 'clean'
  if (prepared.kind === 'unbuildable') return 'skip'
  let clean = 0
  for (let nth = 1; nth <= runs; nth++) {
    const { outcome, why } = judgeTest(await tester.run(id, nth, { dir }, context), symptom)
    context.emit({
      type: 'note',
      scope: shortId(id),
      level: 'info',
      text: `run ${nth} of ${runs}: ${outcome}: ${why}`,
    })
    if (outcome === 'bad' || outcome === 'skip') return outcome
    if (outcome === 'clean') clean++
  }
  // A run without a result must not count as good.
  return clean === runs ? 'clean' : 'skip'
}

/** The word that this search has for good: `git bisect start --term-old` changes it. */
const goodTerm = async ({ dir }: BisectState): Promise<string> => {
  const terms = await readFile(join(dir, 'BISECT_TERMS'), 'utf8').catch(() => '')
  return terms.split('\n')[1] ?? 'good'
}

const firstGood = async (state: BisectState): Promise<string | undefined> => {
  const log = await readFile(join(state.dir, 'BISECT_LOG'), 'utf8').catch(() => '')
  const term = await goodTerm(state)
  const lines = [...log.matchAll(/^# (\S+): \[([0-9a-f]{40,64})\]/gm)]
  return lines.find(([, word]) => word === term)?.[2]
}

const openStep = async ({ carry }: GitStepRequest, context: Context) => {
  const cwd = process.cwd()
  const state = await bisectState(cwd, context.signal)
  const scratch = join(state.dir, 'zsharness-bisect')
  const repo = await openRepo(cwd, scratch, context.signal)
  const patches = carry.map(({ file }) => ({ name: file, file }))
  // Without carried patches a script expects to run in git's own checkout.
  const ownTree = carry.length > 0 || !state.checkedOut
  return { repo, state, scratch, cwd, sources: makeSources(repo, state.commit, patches), ownTree }
}

type Opened = Awaited<ReturnType<typeof openStep>>

const openTester = async ({ plan, seed }: GitStepRequest, opened: Opened, context: Context): Promise<Tester> => {
  const { sources, repo, cwd, ownTree, state } = opened
  if (plan.by === 'script') {
    const tree = ownTree ? await openWorkTree(repo) : { dir: cwd, show: async () => undefined }
    return scriptTester(sources, tree, { ...plan, seed })
  }
  const base = (await firstGood(state)) ?? state.commit
  return kernelTester(sources, { ...plan, base, warnings: false }, context)
}

const CODES: Readonly<Record<TrialOutcome, number>> = {
  bad: GIT.bad,
  clean: GIT.good,
  skip: GIT.skip,
  blocked: GIT.skip,
  built: GIT.skip,
  infra: GIT.stop,
}

/** Tests the commit that git has chosen; returns the exit code for `git bisect run`. */
export const takeGitStep = async (request: GitStepRequest, context: Context): Promise<number> => {
  const opened = await openStep(request, context)
  const { commit } = opened.state
  const dir = join(opened.scratch, 'steps', commit)
  await mkdir(dir, { recursive: true })
  await using tester = await openTester(request, opened, context)
  const wanted = { symptom: request.symptom ?? ANY_FAILURE, runs: request.runs, dir }
  const outcome = await testCommit(tester, commit, wanted, context)
  context.emit({ type: 'note', scope: shortId(commit), level: 'info', text: outcome })
  return CODES[outcome]
}

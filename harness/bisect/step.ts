// SPDX-License-Identifier: MIT
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Patch } from '../inputs/series/model.ts'
import type { Context } from '../model/events.ts'
import type { Outcome } from './core/tallies.ts'
import { judgeSeen } from './engine/step.ts'
import { openRepo } from './git/repo.ts'
import { type BisectState, bisectState } from './git/state.ts'
import { openWorkTree } from './git/worktree.ts'
import type { Symptom } from './journal/records.ts'
import type { ResolvedPlan } from './request.ts'
import { makeSources } from './sources.ts'
import { isStatic, matches } from './symptom.ts'
import type { Tester } from './tester.ts'
import { kernelTester } from './testers/kernel.ts'
import { scriptTester } from './testers/script.ts'

/** One step of `git bisect run` that was asked for. */
export interface StepRequest {
  /** Undefined for any failure. */
  readonly symptom: Symptom | undefined
  /** Clean runs that make a good answer. */
  readonly runs: number
  readonly plan: ResolvedPlan
  readonly carry: readonly Patch[]
  readonly seed: string
}

/** git's exit codes for `git bisect run`. */
export const GIT = { good: 0, bad: 1, skip: 125, stop: 128 } as const

// A search of a thousand commits calls ten of them good; each may take its share of the error.
const GOOD_ANSWERS = 10

/** Clean runs that make a good answer at a hit rate that is known. */
export const runsFor = (hitRate: number, confidence: number): number =>
  hitRate >= 1 ? 1 : Math.ceil(Math.log((1 - confidence) / GOOD_ANSWERS) / Math.log(1 - hitRate))

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
    const { outcome, why } = judgeSeen(await tester.run(id, nth, { dir }, context), symptom)
    context.emit({
      type: 'note',
      scope: id.slice(0, 12),
      level: 'info',
      text: `run ${nth} of ${runs}: ${outcome}: ${why}`,
    })
    if (outcome === 'bad' || outcome === 'skip') return outcome
    if (outcome === 'clean') clean++
  }
  // A run without a result must not count as a good answer.
  return clean === runs ? 'clean' : 'skip'
}

const firstGood = async ({ dir }: BisectState): Promise<string | undefined> => {
  const log = await readFile(join(dir, 'BISECT_LOG'), 'utf8').catch(() => '')
  return /^# good: \[([0-9a-f]{40,64})\]/m.exec(log)?.[1]
}

const openStep = async ({ carry }: StepRequest, context: Context) => {
  const cwd = process.cwd()
  const state = await bisectState(cwd, context.signal)
  const scratch = join(state.dir, 'zsharness-bisect')
  const repo = await openRepo(cwd, scratch, context.signal)
  const patches = carry.map(({ file }) => ({ name: file, file }))
  // Where nothing is carried, a script expects to be in git's own checkout.
  const ownTree = carry.length > 0 || !state.checkedOut
  return { repo, state, scratch, cwd, sources: makeSources(repo, state.commit, patches), ownTree }
}

type Opened = Awaited<ReturnType<typeof openStep>>

const openTester = async ({ plan, seed }: StepRequest, opened: Opened, context: Context): Promise<Tester> => {
  const { sources, repo, cwd, ownTree, state } = opened
  if (plan.by === 'script') {
    const tree = ownTree ? await openWorkTree(repo) : { dir: cwd, show: async () => undefined }
    return scriptTester(sources, tree, { ...plan, seed })
  }
  const base = (await firstGood(state)) ?? state.commit
  return kernelTester(sources, { ...plan, base, warnings: false }, context)
}

const CODES: Readonly<Record<Outcome, number>> = {
  bad: GIT.bad,
  clean: GIT.good,
  skip: GIT.skip,
  blocked: GIT.skip,
  built: GIT.skip,
  infra: GIT.stop,
}

/** Tests the commit that git asks about; returns the exit code that git expects. */
export const takeGitStep = async (request: StepRequest, context: Context): Promise<number> => {
  const opened = await openStep(request, context)
  const { commit } = opened.state
  const dir = join(opened.scratch, 'steps', commit)
  await mkdir(dir, { recursive: true })
  await using tester = await openTester(request, opened, context)
  const asked = { symptom: request.symptom ?? ANY, runs: request.runs, dir }
  const outcome = await testCommit(tester, commit, asked, context)
  context.emit({ type: 'note', scope: commit.slice(0, 12), level: 'info', text: outcome })
  return CODES[outcome]
}

// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomic } from '../lib/files/atomic.ts'
import { cleanDeep } from '../lib/text/deep.ts'
import { EXIT, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { scratchOf } from './begin.ts'
import { prove, search } from './engine/search.ts'
import { type State, stateOf } from './engine/state.ts'
import { patchOf } from './git/history.ts'
import { openRepo, type Repo } from './git/repo.ts'
import { openWorkTree } from './git/worktree.ts'
import type { Journal } from './journal/journal.ts'
import { gitBisectLog } from './report/gitlog.ts'
import { writeBisectReports } from './report/index.ts'
import { type BisectReport, reportOf } from './report/model.ts'
import { isFound, verdictWord } from './report/verdict.ts'
import type { ResolvedPlan } from './request.ts'
import { makeSources, type Sources } from './sources.ts'
import type { Tester } from './tester.ts'
import { kernelTester } from './testers/kernel.ts'
import { scriptTester } from './testers/script.ts'

const RETRY_MS = [1_000, 10_000, 60_000]

const openTester = async (
  { start }: State,
  sources: Sources,
  plan: ResolvedPlan,
  context: Context,
): Promise<Tester> => {
  const { seed } = start
  if (plan.by === 'script') return scriptTester(sources, await openWorkTree(sources.repo), { ...plan, seed })
  const warnings = start.symptom?.kind === 'warning'
  return kernelTester(sources, { ...plan, base: start.ends.good[0]!, warnings }, context)
}

/** The report of a bisection, with the culprit's patch from its repository, and no control characters in any text. */
export const makeReport = async (state: State, repo: Repo): Promise<BisectReport> =>
  cleanDeep(reportOf(state, state.end?.kind === 'culprit' ? await patchOf(repo, state.end.commit) : ''))

const searchAndProve = async (
  journal: Journal,
  sources: Sources,
  plan: ResolvedPlan,
  context: Context,
): Promise<void> => {
  const state = stateOf(journal.records)
  await using tester = await openTester(state, sources, plan, context)
  const { emit, signal } = context
  const searchContext = { journal, tester, emit, signal, retryMs: RETRY_MS }
  const end = await search(searchContext)
  if (end.kind !== 'culprit' || !state.start.proof) return
  await prove(searchContext, end.commit, await sources.whyNoRevert(end.commit))
}

/** Continues a bisection from the end of its journal: the search, the proof and the reports. Returns the exit code. */
export const continueBisection = async (journal: Journal, plan: ResolvedPlan, context: Context): Promise<number> => {
  const { dir } = journal
  const first = stateOf(journal.records)
  const repo = await openRepo(first.start.repo, scratchOf(dir), context.signal)
  const sources = makeSources(repo, first.start.ends.bad, first.start.carry)
  try {
    await searchAndProve(journal, sources, plan, context)
  } catch (error) {
    if (context.signal.aborted) throw new InterruptedError(`interrupted; resume with: zsharness bisect resume ${dir}`)
    throw error
  }
  const state = stateOf(journal.records)
  const report = await makeReport(state, repo)
  await writeBisectReports(dir, report)
  await writeAtomic(join(dir, 'bisect.log'), gitBisectLog(state))
  await rm(scratchOf(dir), { recursive: true, force: true })
  const exitCode = isFound(state) ? EXIT.ok : EXIT.inconclusive
  const proof = state.proof ? `; proof by revert: ${state.proof.verdict}` : ''
  context.emit({
    type: 'run',
    verdict: verdictWord(state),
    exitCode,
    text: `${report.verdict}${proof}; ${dir}`,
  })
  return exitCode
}

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
import type { Journal } from './journal/journal.ts'
import { gitBisectLog } from './report/gitlog.ts'
import { writeBisectReports } from './report/index.ts'
import { type BisectReport, reportOf } from './report/model.ts'
import { isFound, verdictWord } from './report/verdict.ts'
import type { ResolvedPlan } from './request.ts'
import { makeSources, type Sources } from './sources.ts'
import type { RemoteTester, Tester } from './tester.ts'
import { localTester } from './testers/local.ts'

const RETRY_MS = [1_000, 10_000, 60_000]

/** What tests the commits: opened when the sources are known, and closed at the end. */
export type OpenTester = (
  state: State,
  sources: Sources,
  context: Context,
) => Promise<{ readonly tester: Tester } | { readonly remote: RemoteTester }>

/** Builds and boots on this machine. */
export const onThisMachine =
  (plan: ResolvedPlan): OpenTester =>
  async ({ start }, sources, context) => ({ tester: await localTester(start, sources, plan, context) })

/** The report of a bisection, with the culprit's patch from its repository, and no control characters in any text. */
export const makeReport = async (state: State, repo: Repo): Promise<BisectReport> =>
  cleanDeep(reportOf(state, state.end?.kind === 'culprit' ? await patchOf(repo, state.end.commit) : ''))

const searchAndProve = async (
  journal: Journal,
  sources: Sources,
  open: OpenTester,
  context: Context,
): Promise<void> => {
  const state = stateOf(journal.records)
  const opened = await open(state, sources, context)
  await using _own = 'tester' in opened ? opened.tester : undefined
  const { emit, signal } = context
  const searchContext = { journal, emit, signal, retryMs: RETRY_MS, ...opened }
  const end = await search(searchContext)
  if (end.kind !== 'culprit' || !state.start.proof) return
  await prove(searchContext, end.commit, await sources.whyNoRevert(end.commit))
}

/** Continues a bisection from the end of its journal: the search, the proof and the reports. Returns the exit code. */
export const continueBisection = async (journal: Journal, open: OpenTester, context: Context): Promise<number> => {
  const { dir } = journal
  const first = stateOf(journal.records)
  const repo = await openRepo(first.start.repo, scratchOf(dir), context.signal)
  const sources = makeSources(repo, first.start.ends.bad, first.start.carry)
  try {
    await searchAndProve(journal, sources, open, context)
  } catch (error) {
    if (!context.signal.aborted) throw error
    const what = error instanceof InterruptedError ? error.message : 'interrupted'
    throw new InterruptedError(`${what}; resume with: zsharness bisect resume ${dir}`)
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

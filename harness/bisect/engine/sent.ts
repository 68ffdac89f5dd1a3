// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UsageError } from '../../model/errors.ts'
import type { SentRecord } from '../journal/records.ts'
import type { Answer, RemoteTester } from '../tester.ts'
import {
  folderOf,
  isReady,
  nextRuns,
  now,
  recordBuild,
  recordFailure,
  recordRun,
  type StepContext,
  type StepTarget,
  scoped,
} from './record.ts'
import { type State, stateOf } from './state.ts'

/** What a step on other machines works with. */
export interface RemoteContext extends StepContext {
  readonly remote: RemoteTester
}

const submission = async (
  { journal, remote }: RemoteContext,
  state: State,
  { commit, stage, reason }: StepTarget,
  count: number,
): Promise<SentRecord> => {
  const runs = isReady(state, commit) ? nextRuns(state, commit, Math.min(count, remote.atOnce)) : [0]
  const dir = join('steps', folderOf(commit), `sent${1 + (state.sent.get(commit) ?? 0)}`)
  const sent: SentRecord = { t: 'sent', at: now(), commit, stage, reason, runs, dir }
  await journal.add(sent)
  return sent
}

const recordAnswer = async (context: RemoteContext, target: StepTarget, answer: Answer): Promise<void> => {
  const { journal } = context
  const { run } = answer
  if (answer.kind === 'failed') {
    if (run !== 0 || !(answer.error instanceof UsageError)) return
    // As on this machine: a patch that does not apply is a problem of this commit.
    const prepared = { kind: 'unbuildable', why: answer.error.message, sightings: [] } as const
    return recordBuild(context, stateOf(journal.records), target, prepared, { durationMs: 0, dir: null, placed: null })
  }
  const rest = { durationMs: answer.durationMs, dir: relative(journal.dir, answer.dir), placed: answer.placed }
  if (answer.kind === 'ran') return recordRun(context, target, answer.tested, { run, ...rest })
  return recordBuild(context, stateOf(journal.records), target, answer.prepared, rest)
}

const isRecorded = (answer: Answer): boolean =>
  answer.kind !== 'failed' || (answer.run === 0 && answer.error instanceof UsageError)

/**
 * Submits the next runs of a commit, or goes on with those that a killed search had submitted, and records their results in
 * the order of their numbers, whichever ended first: the journal is the same whatever died meanwhile.
 */
export const sendStep = async (
  context: RemoteContext,
  state: State,
  target: StepTarget,
  count: number,
): Promise<void> => {
  const { journal, remote } = context
  const sent = state.open ?? (await submission(context, state, target, count))
  const at = journal.records.findLastIndex((record) => record.t === 'sent')
  const later = journal.records.slice(at + 1)
  const known = new Set(later.flatMap((one) => (one.t === 'run' && one.commit === sent.commit ? [one.run] : [])))
  const dir = join(journal.dir, sent.dir)
  await mkdir(dir, { recursive: true })
  const answers = await remote.send(sent.commit, sent.runs, dir, scoped(context, sent.commit))
  for (const answer of answers) if (!known.has(answer.run)) await recordAnswer(context, sent, answer)
  const failed = answers.filter((answer) => !isRecorded(answer))
  for (const answer of failed)
    if (answer.kind === 'failed' && !(answer.error instanceof UsageError))
      await recordFailure(context, sent, answer.error)
  const [first] = failed
  if (first?.kind === 'failed') throw first.error
}

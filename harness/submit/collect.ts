// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { passed } from '../lib/env.ts'
import { writeJson } from '../lib/files/atomic.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { meaningOf } from '../report/headline.ts'
import type { ShardRun } from '../run/merge.ts'
import { layout } from '../slurm/layout.ts'
import type { Accept } from '../slurm/news.ts'
import type { SlurmOptions } from '../slurm/options.ts'
import { hasEnded, type SlurmResult } from '../slurm/result.ts'
import { cancelOnSlurm, runOnSlurm, submitOnSlurm } from '../slurm/run.ts'
import { describeChange } from '../verdict/compare.ts'
import { readPartRun } from './accept.ts'
import { type Submitted, slurmOptionsOf } from './folder.ts'
import { submitLayout } from './layout.ts'
import { expectedOf, mergeParts, partFileOf } from './merge.ts'
import type { Submission } from './model.ts'
import { placedTasks } from './placed.ts'
import { SubmitProgress } from './progress.ts'

type Session = Omit<Context, 'scope'>

const LOOK_MS = 1_000

/** Whether a part's results are complete, and its own. */
export const acceptParts = (submission: Submission): Accept => {
  const expected = expectedOf(submission)
  return async ({ task, dir, exit }) => {
    const part = submission.parts.find(({ id }) => id === task)!
    if (exit !== 0) return `zsharness ended with ${exit}`
    const own = await readPartRun(dir, partFileOf(submission, part), expected)
    return 'why' in own ? own.why : undefined
  }
}

/** Times and variables of the engine that differ from its own: for tests. */
export type EngineOptions = Omit<Partial<SlurmOptions>, 'root'>

/** The options of the engine; zsharness on the nodes gets the variables that it reads. */
const optionsOf = (submitted: Submitted, { env, ...over }: EngineOptions = {}): SlurmOptions => ({
  ...slurmOptionsOf(submitted),
  ...over,
  env: { ...passed(['ZSHARNESS_CACHE', 'ZSHARNESS_STORE', 'ZSHARNESS_LOCKS']), ...env },
})

/** Shows what nodes print while `work` runs. */
const watching = async <T>(progress: SubmitProgress, work: Promise<T>): Promise<T> => {
  const stop = new AbortController()
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await progress.look()
      await sleep(LOOK_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()
  try {
    return await work
  } finally {
    stop.abort()
    await looking
  }
}

const announce = ({ emit }: Session, { run, dir }: ShardRun): void => {
  const changes = run.comparison?.changes ?? []
  for (const text of [...run.notes, ...changes.map(describeChange)])
    emit({ type: 'note', scope: '', level: 'warning', text })
  for (const { name, verdict, reason } of run.pairs) emit({ type: 'cell', scope: name ?? '', verdict, text: reason })
  emit({ type: 'run', verdict: run.verdict, exitCode: run.exitCode, text: meaningOf(run.verdict), dir })
}

/** The folders of parts are in the merged run, but for what helps to find out why a part was lost. */
const cleanUp = async (root: string, results: readonly SlurmResult[]): Promise<void> => {
  if (results.every(hasEnded)) await rm(layout(root).tasks, { recursive: true, force: true })
}

const wait = async (submitted: Submitted, session: Session, over: EngineOptions): Promise<readonly SlurmResult[]> => {
  const { root, submission } = submitted
  const progress = new SubmitProgress(root, submission, session.emit)
  progress.start()
  const context = { signal: session.signal, emit: progress.onSlurm, accept: acceptParts(submission) }
  const results = await watching(
    progress,
    runOnSlurm(placedTasks(submission, root), optionsOf(submitted, over), context),
  )
  await progress.look()
  return results
}

/** Waits for a submitted run, submits what was lost, and merges its parts. */
export const collect = async (submitted: Submitted, session: Session, over: EngineOptions = {}): Promise<ShardRun> => {
  const { root, submission } = submitted
  const results = await wait(submitted, session, over).catch((error: unknown) => {
    if (!(error instanceof InterruptedError)) throw error
    throw new InterruptedError(`${error.message}; resume it with: zsharness slurm collect ${root}`)
  })
  const merged = await mergeParts(root, submission, results)
  await writeJson(submitLayout(root).merged, { dir: merged.dir, exitCode: merged.run.exitCode })
  await cleanUp(root, results)
  announce(session, merged)
  return merged
}

/** Submits a run and does not wait. */
export const submitOnly = async (submitted: Submitted, { signal, emit }: Session): Promise<void> => {
  const { root, submission } = submitted
  let isQueued = false
  await submitOnSlurm(placedTasks(submission, root), optionsOf(submitted), {
    ...{ signal, accept: acceptParts(submission) },
    emit: (event) => {
      if (event.type === 'queued' || event.type === 'resubmitted') isQueued = true
      if (event.type === 'note') emit({ ...event, scope: '' })
    },
  })
  if (!isQueued) throw new HostError('Slurm did not confirm the submission', `see zsharness slurm status ${root}`)
}

/** Cancels the jobs of a submitted run. What has ended stays, and `collect` goes on from there. */
export const cancelSubmitted = (submitted: Submitted): Promise<void> =>
  cancelOnSlurm(placedTasks(submitted.submission, submitted.root), slurmOptionsOf(submitted))

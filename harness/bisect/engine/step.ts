// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import type { Prepared, Tester } from '../tester.ts'
import {
  folderOf,
  isReady,
  nextRuns,
  recordBuild,
  recordFailure,
  recordRun,
  type StepContext,
  type StepTarget,
  scoped,
} from './record.ts'
import type { State } from './state.ts'

/** What a step on this machine works with. */
export interface LocalContext extends StepContext {
  readonly tester: Tester
  /** Pauses before the retries after a host failure. */
  readonly retryMs: readonly number[]
}

/** Retries after a host failure; each failure is recorded and reported, none is a verdict. */
const withRetries = async <T>(context: LocalContext, target: StepTarget, work: () => Promise<T>): Promise<T> => {
  const { signal, retryMs } = context
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw new InterruptedError()
      if (!(error instanceof HostError) || failures >= retryMs.length) throw error
      await recordFailure(context, target, error)
      await sleep(retryMs[failures], undefined, { signal }).catch(() => {
        throw new InterruptedError()
      })
    }
  }
}

const stepDir = async ({ journal }: LocalContext, commit: string, name: string) => {
  const below = join('steps', folderOf(commit), name)
  const dir = join(journal.dir, below)
  await mkdir(dir, { recursive: true })
  return { below, dir }
}

const build = async (context: LocalContext, state: State, target: StepTarget): Promise<void> => {
  const { commit } = target
  const { below, dir } = await stepDir(context, commit, 'build')
  const started = performance.now()
  const prepare = () => context.tester.prepare(commit, { dir }, scoped(context, commit))
  const prepared = await withRetries(context, target, prepare).catch((error: unknown): Prepared => {
    // A missing option or a patch that does not apply is a problem of this commit and does not end the search.
    if (error instanceof UsageError) return { kind: 'unbuildable', why: error.message, sightings: [] }
    throw error
  })
  const rest = { durationMs: performance.now() - started, dir: below, placed: null }
  await recordBuild(context, state, target, prepared, rest)
}

/** Builds the commit, or runs it once. */
export const takeStep = async (context: LocalContext, state: State, target: StepTarget): Promise<void> => {
  const { commit } = target
  if (!isReady(state, commit)) return build(context, state, target)
  const [nth] = nextRuns(state, commit, 1) as readonly [number]
  const { below, dir } = await stepDir(context, commit, `run${nth}`)
  const started = performance.now()
  const run = () => context.tester.run(commit, nth, { dir }, scoped(context, commit))
  const tested = await withRetries(context, target, run)
  const rest = { run: nth, durationMs: performance.now() - started, dir: below, placed: null }
  await recordRun(context, target, tested, rest)
}

// SPDX-License-Identifier: MIT
import type { HostError, UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import type { Placed, Sighting } from './journal/records.ts'

/** The result of building a commit. Host failures are thrown as HostError. */
export type Prepared =
  | {
      readonly kind: 'ready'
      /** Identifies the object code: a commit with the same one is not run. */
      readonly image: string | null
      readonly why: string
      readonly sightings: readonly Sighting[]
    }
  | { readonly kind: 'unbuildable'; readonly why: string; readonly sightings: readonly Sighting[] }

/**
 * The result of one run. `complete`: the whole test ran; `incomplete`: it did not, so the absence of the symptom proves
 * nothing; `unbootable`: the kernel did not start; `untestable`: the test script asked to skip the commit,
 * or its kernel has not all hold points.
 */
export interface TestResult {
  readonly kind: 'complete' | 'incomplete' | 'unbootable' | 'untestable'
  readonly why: string
  readonly sightings: readonly Sighting[]
}

/** The folder for the logs of one step. */
export interface StepFiles {
  readonly dir: string
}

/** Builds commits and runs them; it does not know the symptom that is searched for. */
export interface Tester {
  readonly prepare: (id: string, files: StepFiles, context: Context) => Promise<Prepared>
  readonly run: (id: string, nth: number, files: StepFiles, context: Context) => Promise<TestResult>
  /** Starts to build what may come next, where the machine has room; never throws. */
  readonly ahead?: (ids: readonly string[], files: StepFiles, context: Context) => void
  [Symbol.asyncDispose](): Promise<void>
}

/** What came back of a submission. A UsageError is about the commit, a HostError about the nodes. */
export type Answer = { readonly run: number } & (
  | { readonly kind: 'failed'; readonly error: HostError | UsageError }
  | ({ readonly durationMs: number; readonly dir: string; readonly placed: Placed | null } & (
      | { readonly kind: 'built'; readonly prepared: Prepared }
      | { readonly kind: 'ran'; readonly tested: TestResult }
    ))
)

/** Has a commit built (run 0) or run on other machines. */
export interface RemoteTester {
  /** The number of runs at once. */
  readonly atOnce: number
  /** All answers, in the order of `runs`. The same call after a kill finds what it submitted before. */
  readonly send: (id: string, runs: readonly number[], dir: string, context: Context) => Promise<readonly Answer[]>
}

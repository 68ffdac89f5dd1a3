// SPDX-License-Identifier: MIT
import type { Context } from '../model/events.ts'
import type { Sighting } from './journal/records.ts'

/** What came of making a commit ready. The host's failures are thrown as HostError. */
export type Prepared =
  | {
      readonly kind: 'ready'
      /** Names the object code: a commit with the same is not run again. */
      readonly image: string | null
      readonly why: string
      readonly sightings: readonly Sighting[]
    }
  | { readonly kind: 'unbuildable'; readonly why: string; readonly sightings: readonly Sighting[] }

/**
 * What one run showed. `ended`: it did all that it had to do; `cut`: it did not, so that its silence says nothing;
 * `unbootable`: it did not even start; `untestable`: it says itself that it cannot be tested.
 */
export interface Seen {
  readonly kind: 'ended' | 'cut' | 'unbootable' | 'untestable'
  readonly why: string
  readonly sightings: readonly Sighting[]
}

/** Where one step may leave its logs. */
export interface StepFiles {
  readonly dir: string
}

/** Makes commits ready and runs them; what for, it does not know. */
export interface Tester {
  /** Runs that may go at once. */
  readonly seats: number
  readonly prepare: (id: string, files: StepFiles, context: Context) => Promise<Prepared>
  readonly run: (id: string, nth: number, files: StepFiles, context: Context) => Promise<Seen>
  /** Starts to make ready what may come next, where the machine has room; never throws. */
  readonly ahead?: (ids: readonly string[], files: StepFiles, context: Context) => void
  [Symbol.asyncDispose](): Promise<void>
}

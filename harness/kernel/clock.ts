// SPDX-License-Identifier: MIT
import { HostError } from '../model/errors.ts'

/** How far the host's clock is ahead of one that nobody sets. */
const offsetNow = (): number => Date.now() - performance.now()

// Less than what objects are older than all that a build makes.
const STEP_MS = 1_000

/** Remembers the time; the function that it returns throws a HostError when the clock was set back since. */
export const watchClock = (): (() => void) => {
  const offset = offsetNow()
  return () => {
    if (offsetNow() > offset - STEP_MS) return
    throw new HostError(
      'the clock was set back during the build: make may have kept objects that are out of date',
      'run the same command again',
    )
  }
}

// SPDX-License-Identifier: MIT

import type { Testimony } from '../guest/records.ts'
import type { Finding, LaneName } from '../model/results.ts'
import type { Signature, Splat } from '../splat/index.ts'
import type { BootEnd } from '../vm/machine.ts'

/** All that one boot showed: the input of every oracle. */
export interface Observation {
  readonly lanes: readonly LaneName[]
  /** Whether the race module was requested. */
  readonly amplified: boolean
  readonly testimony: Testimony
  readonly splats: readonly Splat[]
  readonly lastConsoleLines: readonly string[]
  readonly boot: Pick<BootEnd, 'process' | 'shutdown' | 'gaveUp' | 'stderr'>
  /** The signature of the bug under test. */
  readonly signature: readonly Signature[]
}

/** One check of a boot; its findings say what was expected and what was seen. */
export interface Oracle {
  readonly name: string
  readonly check: (observation: Observation) => readonly Finding[]
}

type Draft = Pick<Finding, 'kind' | 'title' | 'detail'> & Partial<Finding>

/** A finding of `oracle`, with defaults for the fields that the draft omits. */
export const findingOf = (oracle: string, draft: Draft): Finding => ({
  oracle,
  known: false,
  signature: false,
  lane: null,
  file: null,
  line: null,
  reason: null,
  remedy: null,
  ...draft,
})

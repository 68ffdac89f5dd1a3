// SPDX-License-Identifier: MIT

import type { Asked } from '../guest/asked.ts'
import type { Generation } from '../guest/generation.ts'
import type { HoldPlan } from '../guest/holds.ts'
import type { Testimony } from '../guest/records.ts'
import type { Evidence, Finding, LaneName } from '../model/results.ts'
import type { ConsoleHealth, Splat } from '../splat/index.ts'
import type { BootEnd } from '../vm/machine.ts'
import type { BugSignature } from './signature.ts'

/**
 * The executed lines of the patch. Without numbers: `none` where there is no patch to measure, `unmeasured` where the
 * kernel has no counters, `unread` where gcov or what it reads is missing, `lost` where they did not arrive.
 */
export type PatchLines = NonNullable<Evidence['patchLines']> | 'none' | 'unmeasured' | 'unread' | 'lost'

/** All that one boot showed: the input of every oracle. */
export interface Observation {
  readonly asked: Asked
  /** The hold points that were asked for. */
  readonly holds: HoldPlan
  readonly generation: Generation
  /** Lanes that were asked for and that no kernel of its generation can run. */
  readonly unfitLanes: readonly LaneName[]
  /** Whether zswap reaches zsmalloc through zpool, and says so in a parameter. */
  readonly zpool: boolean
  readonly testimony: Testimony
  readonly splats: readonly Splat[]
  readonly console: ConsoleHealth
  readonly lastConsoleLines: readonly string[]
  /** Without host troubles, delays and losses there were none. */
  readonly boot: Pick<BootEnd, 'process' | 'shutdown' | 'gaveUp' | 'stderr'> &
    Partial<Pick<BootEnd, 'host' | 'delays' | 'lostConsole' | 'dumpError'>>
  /** The signature of the bug under test. */
  readonly signature: readonly BugSignature[]
  readonly patchLines: PatchLines
}

/** One check of a boot; its findings say what was expected and what was seen. */
export interface Oracle {
  readonly name: string
  readonly check: (observation: Observation) => readonly Finding[]
  /** Whether it has anything to look at in such a boot; always, where it is missing. */
  readonly applies?: (observation: Observation) => boolean
  /** Why it has no data, so that finding nothing means nothing; undefined when it could look. */
  readonly missing: (observation: Observation) => string | undefined
}

/** Whether QEMU ended because the guest reset or powered off. */
export const leftCleanly = ({ shutdown }: Observation['boot']): boolean =>
  shutdown === 'guest-reset' || shutdown === 'guest-shutdown'

/** Whether a lane of the guest's own was asked for: the user's programs verify no page, and may leave what they like. */
export const hasOwnLane = ({ asked }: Observation): boolean => asked.lanes.some(({ name }) => name !== 'workload')

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
  bucket: null,
  ...draft,
})

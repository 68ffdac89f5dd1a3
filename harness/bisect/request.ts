// SPDX-License-Identifier: MIT
import type { Program } from '../guest/programs.ts'
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { ArchName } from '../model/results.ts'
import type { RunSettings } from '../run/settings.ts'
import type { StartRecord, Submitted, TestPlan } from './journal/records.ts'

/** How a bisection builds and boots the kernel of each commit. */
export interface KernelSetup {
  readonly arch: ArchName
  readonly config: string
  readonly profile: string
  readonly settings: RunSettings
  readonly series: Series
  readonly toolchain: Toolchain
  /** The programs of the user; missing without any. */
  readonly programs?: readonly Program[]
}

/** A test plan with its names looked up. */
export type ResolvedPlan = Extract<TestPlan, { by: 'script' }> | ({ readonly by: 'kernel' } & KernelSetup)

/** A requested bisection: every flag parsed, every file read. */
export interface BisectRequest {
  readonly tree: Extract<TreeSpec, { kind: 'git' }>
  readonly good: readonly string[]
  readonly bad: string
  readonly settings: StartRecord['settings']
  readonly plan: TestPlan
  readonly symptom: StartRecord['symptom']
  /** Patches to apply to every commit; left out where the range contains them already. */
  readonly carry: readonly Patch[]
  /** Whether to carry the base of the plan's series too. */
  readonly carryBase: boolean
  readonly paths: readonly string[]
  readonly seed: string
  /** Whether to revert the culprit on the bad end. */
  readonly proof: boolean
  /** Null to build and boot on this machine. */
  readonly submit: Omit<Submitted, 'dir'> | null
  readonly resultsDir: string
  readonly cache: string
  readonly command: readonly string[]
}

// SPDX-License-Identifier: MIT
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { ArchName } from '../model/results.ts'
import type { RunSettings } from '../run/settings.ts'
import type { Start, TestPlan } from './journal/records.ts'

/** The kernel that a bisection builds of each commit, and how it boots. */
export interface KernelSetup {
  readonly arch: ArchName
  readonly config: string
  readonly profile: string
  readonly settings: RunSettings
  readonly series: Series
  readonly toolchain: Toolchain
}

/** A test plan with what its names stand for. */
export type ResolvedPlan = Extract<TestPlan, { by: 'script' }> | ({ readonly by: 'kernel' } & KernelSetup)

/** A bisection that was asked for: every flag parsed, every file read. */
export interface BisectRequest {
  readonly tree: Extract<TreeSpec, { kind: 'git' }>
  readonly good: readonly string[]
  readonly bad: string
  readonly settings: Start['settings']
  readonly plan: TestPlan
  readonly symptom: Start['symptom']
  /** Patches on every commit; left out where the range has them already. */
  readonly carry: readonly Patch[]
  /** The series whose base is carried too; undefined for none. */
  readonly baseOf: Series | undefined
  readonly paths: readonly string[]
  readonly seed: string
  /** Whether to revert the culprit on the bad end. */
  readonly proof: boolean
  readonly resultsDir: string
  readonly cache: string
  readonly command: readonly string[]
}

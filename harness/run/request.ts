// SPDX-License-Identifier: MIT
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { ArchName, Comparison, PlannedRun, RunResult } from '../model/results.ts'
import type { PairPlan } from './plan/pairs.ts'
import type { RunSettings } from './settings.ts'

/** What was looked up, or why it could not be. */
export type Lookup<T> = { readonly value: T } | { readonly error: unknown }

/** The value; throws what made it impossible. */
export const unwrap = <T>(lookup: Lookup<T>): T => {
  if ('error' in lookup) throw lookup.error
  return lookup.value
}

/** What the names in a run's pairs stand for. */
export interface Resolved {
  readonly trees: ReadonlyMap<string, TreeSpec>
  readonly series: ReadonlyMap<string, Lookup<Series>>
  /** Patches on top of every after leg. */
  readonly extraPatches: readonly Patch[]
  readonly toolchains: ReadonlyMap<ArchName, Toolchain>
}

/** A run that was asked for: every flag parsed, every name looked up. */
export interface RunRequest {
  readonly pairs: readonly PairPlan[]
  readonly resolved: Resolved
  readonly settings: RunSettings
  /** The command line, as the results record it. */
  readonly command: readonly string[]
  /** The plan that the pairs are a part of; null when they are all there is. */
  readonly planned: PlannedRun | null
  /** Whether a bad tree or patch fails only its own cells, instead of the run. */
  readonly tolerant: boolean
  /** Compares the finished run with an earlier one. */
  readonly compare: (run: RunResult) => Promise<Comparison | null>
}

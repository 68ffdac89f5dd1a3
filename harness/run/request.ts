// SPDX-License-Identifier: MIT
import type { Program } from '../guest/programs.ts'
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { ArchName, Comparison, PlannedRun, RunResult } from '../model/results.ts'
import type { PairTerms } from '../verdict/pair.ts'
import type { BundledRun } from './bundled/model.ts'
import type { PairPlan } from './plan/pairs.ts'
import type { RunSettings } from './settings.ts'

/** The result of looking up a name, or the error. */
export type Lookup<T> = { readonly value: T } | { readonly error: unknown }

/** The value of a lookup; throws its error. */
export const unwrap = <T>(lookup: Lookup<T>): T => {
  if ('error' in lookup) throw lookup.error
  return lookup.value
}

/** The trees, series and compilers that a run's pairs name. */
export interface Resolved {
  readonly trees: ReadonlyMap<string, TreeSpec>
  readonly series: ReadonlyMap<string, Lookup<Series>>
  /** Patches on top of every after leg. */
  readonly extraPatches: readonly Patch[]
  readonly toolchains: ReadonlyMap<ArchName, Toolchain>
  /** The programs of the user for each architecture; missing without any. */
  readonly programs?: ReadonlyMap<ArchName, readonly Program[]>
}

/** The lookups of a run with one tree and one series. */
export const resolvedOne = (
  tree: TreeSpec,
  series: Series,
  rest: Pick<Resolved, 'extraPatches' | 'toolchains' | 'programs'>,
): Resolved => ({
  trees: new Map([[tree.text, tree]]),
  series: new Map([[series.name, { value: series }]]),
  ...rest,
})

/** The exploration of a run's code, beside its builds and boots. */
export interface ExploreAsked {
  /** CPU time of the search of each leg; and how long the run waits for it after its boots. */
  readonly budgetMs: number
  /** That of x86_64, whose objects are explored whatever is booted. */
  readonly toolchain: Lookup<Toolchain>
  /** Files of scenarios. */
  readonly scenarios: readonly string[]
  /** All pairs of the plan: of those with the same code, the shard of the first one explores it. */
  readonly plan: readonly PairPlan[]
  /** Other sources of the explorer: for tests. */
  readonly sources?: string
}

/** A requested run: every flag parsed, every name looked up. */
export interface RunRequest {
  readonly pairs: readonly PairPlan[]
  readonly resolved: Resolved
  readonly settings: RunSettings
  /** What the verdict of each pair has to meet. */
  readonly terms: PairTerms
  /** The command line, as the results record it. */
  readonly command: readonly string[]
  /** The plan that the pairs are a part of; null without a plan. */
  readonly planned: PlannedRun | null
  /** Whether a bad tree or patch affects only its cells instead of ending the run. */
  readonly tolerant: boolean
  /** Missing where nothing is explored. */
  readonly explore?: ExploreAsked | undefined
  /** The bundles that are booted; missing where kernels are built. */
  readonly bundled?: BundledRun
  /** Called with the key of each tree that the run has read. */
  readonly onTree?: (key: string) => void
  /** Compares the finished run with an earlier one. */
  readonly compare: (run: RunResult) => Promise<Comparison | null>
}

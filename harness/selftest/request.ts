// SPDX-License-Identifier: MIT
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { ArchName } from '../model/results.ts'
import type { Resolved } from '../run/request.ts'
import type { RunSettings } from '../run/settings.ts'
import type { Case } from './plan.ts'

/** A case with its patch read. */
export interface ReadyCase extends Case {
  readonly patches: readonly Patch[]
}

/** How the cases are explored. */
export interface ExplorePlan {
  readonly toolchain: Toolchain
  /** Files of scenarios. */
  readonly scenarios: readonly string[]
  /** Whether the explorer's own canaries are run. */
  readonly canaries: boolean
  /** Other sources of the explorer: for tests. */
  readonly sources?: string
}

/** A requested self-test: every flag parsed, every name looked up. */
export interface SelftestRequest {
  readonly cases: readonly ReadyCase[]
  /** The cases that are booted; the others are only listed with their reasons. */
  readonly mustRun: readonly ReadyCase[]
  /** Null where nothing is explored. */
  readonly explore: ExplorePlan | null
  /** Boots of the correct patch. */
  readonly runs: number
  readonly archs: readonly ArchName[]
  readonly tree: TreeSpec
  readonly series: Series
  readonly toolchains: Resolved['toolchains']
  /** The settings that all cases share. */
  readonly settings: RunSettings
  readonly command: readonly string[]
}

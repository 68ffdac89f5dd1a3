// SPDX-License-Identifier: MIT
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { LegName } from '../model/results.ts'
import type { SearchPlan } from './search.ts'

/** Everything that an exploration needs. Nothing below `commands/` sees a flag. */
export interface ExploreRequest {
  readonly tree: TreeSpec
  readonly series: Series
  readonly extraPatches: readonly Patch[]
  /** Values of `--patch` and `--extra-patch`, whose paths do not depend on the current folder. */
  readonly patchFiles: readonly string[]
  readonly extraPatchFiles: readonly string[]
  readonly config: string
  readonly legs: readonly LegName[]
  readonly toolchain: Toolchain
  readonly search: SearchPlan
  readonly jobs: number
  readonly cache: string
  /** The folder of the results, which is there. */
  readonly dir: string
  readonly id: string
  readonly command: readonly string[]
  /** Other sources of the explorer: for tests. */
  readonly sources?: string
}

// SPDX-License-Identifier: MIT
import type { ArchName, LaneName, LegName } from '../model/results.ts'

/** What all boots of a run share. */
export interface RunSettings {
  /** Patch files instead of a series. */
  readonly patchFiles: readonly string[]
  /** Patches on top of the after leg. */
  readonly extraPatchFiles: readonly string[]
  /** Empty for all that a config can run. */
  readonly lanes: readonly LaneName[]
  readonly runs: number
  /** Seconds of each lane; null for each lane's own. */
  readonly durationS: number | null
  readonly jobs: number
  readonly resultsDir: string
  readonly cache: string
  readonly amplify: boolean
  readonly seed: string
  readonly canary: string | null
  /** Checks of the code beside the compiler's own: w1, sparse, checkpatch. */
  readonly checks: readonly string[]
  /** Compile the kernel with clang and lld. */
  readonly llvm: boolean
}

/** A run as the user asked for it, every default filled in. */
export interface RunOptions extends RunSettings {
  readonly archs: readonly ArchName[]
  readonly tree: string
  readonly series: string
  readonly configs: readonly string[]
  readonly legs: readonly LegName[]
  readonly profile: string
}

/** The seed of one boot: differs between repeated runs, is the same for both legs. */
export const seedOf = (seed: string, run: number): string =>
  `${(BigInt(seed) + BigInt(run - 1)) & 0x7fff_ffff_ffff_ffffn}`

// SPDX-License-Identifier: MIT
import type { LaneName } from '../model/results.ts'

/** What all boots of a run share. */
export interface RunSettings {
  /** Empty for every lane that a config can run. */
  readonly lanes: readonly LaneName[]
  /** Seconds of each lane; null for each lane's own. */
  readonly durationS: number | null
  /** Whether the guest loads the module that holds race windows open. */
  readonly amplify: boolean
  readonly seed: string
  /** A fault that the guest plants, for the self-test. */
  readonly canary: string | null
  /** Code checks besides the compiler's own warnings: w1, sparse, checkpatch. */
  readonly checks: readonly string[]
  /** Compilers at once. */
  readonly jobs: number
  readonly resultsDir: string
  readonly cache: string
  /** Absolute paths of the `--patch` and `--extra-patch` files, as the results record them. */
  readonly patchFiles: readonly string[]
  readonly extraPatchFiles: readonly string[]
}

/** The seed of one boot: repeated boots differ, both legs of one repetition are the same. */
export const seedOf = (seed: string, run: number): string =>
  `${(BigInt(seed) + BigInt(run - 1)) & 0x7fff_ffff_ffff_ffffn}`

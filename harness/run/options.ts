// SPDX-License-Identifier: MIT
import type { ArchName, LaneName, LegName } from '../model.ts'

/** A run as the user asked for it, every default filled in. */
export interface RunOptions {
  readonly archs: readonly ArchName[]
  readonly tree: string
  readonly series: string
  /** Patch files instead of a series. */
  readonly patchFiles: readonly string[]
  /** Patches on top of the after leg. */
  readonly extraPatchFiles: readonly string[]
  readonly configs: readonly string[]
  readonly legs: readonly LegName[]
  readonly profile: string
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
}

/** One boot of a run. */
export interface CellPlan {
  readonly id: string
  readonly arch: ArchName
  readonly leg: LegName
  readonly config: string
  readonly profile: string
  /** 1, 2, …: repeated boots of one kernel with other seeds. */
  readonly run: number
}

/** Cells that share everything but the leg, before first: what a pair's verdict is made of. */
export interface PairPlan {
  readonly arch: ArchName
  readonly config: string
  readonly profile: string
  readonly cells: readonly CellPlan[]
}

/** The boots of a run, in the order they go. */
export const planPairs = (options: RunOptions): readonly PairPlan[] =>
  options.archs.flatMap((arch) =>
    options.configs.map((config) => {
      const { profile, runs } = options
      const legs = (['before', 'after'] as const).filter((leg) => options.legs.includes(leg))
      const cells = legs.flatMap((leg) =>
        Array.from({ length: runs }, (_, index) => {
          const run = index + 1
          return {
            id: [arch, config, profile, leg, ...(runs > 1 ? [`run${run}`] : [])].join('-'),
            arch,
            leg,
            config,
            profile,
            run,
          }
        }),
      )
      return { arch, config, profile, cells }
    }),
  )

/** The seed of one boot: differs between repeated runs, is the same for both legs. */
export const seedOf = (seed: string, run: number): string =>
  `${(BigInt(seed) + BigInt(run - 1)) & 0x7fff_ffff_ffff_ffffn}`

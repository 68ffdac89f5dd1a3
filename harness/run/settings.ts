// SPDX-License-Identifier: MIT
import type { Series } from '../inputs/series/model.ts'
import { type Additions, additions, type KconfigText, type LaneName } from '../model/results.ts'
import type { StorePlace } from '../store/model.ts'

/** The settings of all boots of a run. */
export interface RunSettings {
  /** Empty for those of the series, or all that a config can run. */
  readonly lanes: readonly LaneName[]
  /** Seconds of each lane; null for each lane's own. */
  readonly durationS: number | null
  /** Whether the guest loads the module that holds race windows open. */
  readonly amplify: boolean
  readonly seed: string
  /** A fault that the guest plants, for the self-test. */
  readonly canary: string | null
  /** Code checks besides the warnings of the compiler: w1, sparse, checkpatch. */
  readonly checks: readonly string[]
  /** Compilers at once, for `make -j`. */
  readonly jobs: number
  readonly resultsDir: string
  readonly cache: string
  /** The store that is shared with other machines; null or missing without one. */
  readonly store?: StorePlace | null
  /** The values of `--patch` and `--extra-patch`, with absolute paths, as the results record them. */
  readonly patchFiles: readonly string[]
  readonly extraPatchFiles: readonly string[]
  /** What the user adds to kernel, machine and workload. */
  readonly added: Additions
}

/** The lanes to run: those of the run, else those of the series; none for all that a config can run. */
export const lanesAsked = (
  { lanes }: Pick<RunSettings, 'lanes'>,
  { settings }: Pick<Series, 'settings'>,
): readonly LaneName[] => (lanes.length > 0 ? lanes : (settings.lanes ?? []))

const DEFAULT_CONFIGS = ['zpool-on', 'zpool-off']
const DEFAULT_PROFILE = 'kasan'

/** The configs that a series is tested with, unless something else says so. */
export const configsOf = ({ settings }: Pick<Series, 'settings'>): readonly string[] =>
  settings.configs ?? DEFAULT_CONFIGS

/** The profile that a series is tested with, unless something else says so. */
export const profileOf = ({ settings }: Pick<Series, 'settings'>): string => settings.profile ?? DEFAULT_PROFILE

/** The additions of a run without any. */
export const NO_ADDITIONS: Additions = additions.parse({})

/** The kernel options of a series, as a fragment. */
export const optionsOf = ({
  name,
  settings: { options = [] },
}: Pick<Series, 'name' | 'settings'>): readonly KconfigText[] =>
  options.length === 0 ? [] : [{ file: `series ${name}: settings: options`, text: `${options.join('\n')}\n` }]

/** What is added to a kernel's boots: by its series, and over that by the user. */
export const bootAdditions = (
  { added }: Pick<RunSettings, 'added'>,
  { settings }: Pick<Series, 'settings'>,
): Additions => ({
  ...added,
  parameters: [...(settings.parameters ?? []), ...added.parameters],
  memoryMiB: added.memoryMiB === NO_ADDITIONS.memoryMiB ? (settings.memoryMiB ?? added.memoryMiB) : added.memoryMiB,
  diskMiB: added.diskMiB === NO_ADDITIONS.diskMiB ? (settings.secondDiskMiB ?? added.diskMiB) : added.diskMiB,
})

/** The seed of one boot: repeated boots differ; both legs of one repetition have the same. */
export const seedOf = (seed: string, run: number): string =>
  `${(BigInt(seed) + BigInt(run - 1)) & 0x7fff_ffff_ffff_ffffn}`

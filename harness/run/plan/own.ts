// SPDX-License-Identifier: MIT
import type { SeriesFile } from '../../inputs/series/schema.ts'
import { inRange } from '../../inputs/tree/version.ts'
import type { ArchName } from '../../model/results.ts'
import { type Lookup, unwrap } from '../request.ts'
import { configsOf, profileOf } from '../settings.ts'
import { namedVersion } from './planned.ts'

/** The keys of series.yaml that decide it. */
type Said = Pick<SeriesFile, 'corpus' | 'applicability' | 'settings'>

/** What a series says about its cells. */
export interface Own {
  readonly configs: readonly string[]
  readonly profile: string
  /** Whether it has cells on this tree and architecture. */
  readonly livesOn: (tree: string, arch: ArchName) => boolean
}

/** The same for each series of a plan. */
export type OwnOf = (series: string) => Own

/**
 * Whether a bug of the corpus can live there. The version is that of the tree's spec: every machine has to find the same
 * cells, whatever its cache holds. Where the spec names none, the run decides; so it does for other series.
 */
const livesOn = ({ corpus, applicability }: Said, tree: string, arch: ArchName): boolean => {
  if (corpus === undefined) return true
  if (corpus.archs !== undefined && !corpus.archs.includes(arch)) return false
  const version = namedVersion(tree)
  if (version === undefined) return true
  const rule = applicability.find(({ versions }) => inRange(version, versions))
  return rule !== undefined && rule.state !== 'code-gone'
}

const UNKNOWN: Own = { configs: configsOf({ settings: {} }), profile: profileOf({ settings: {} }), livesOn: () => true }

/** Nothing is known of any series. */
export const ownOfNone: OwnOf = () => UNKNOWN

/** What these series say; one that cannot be read has cells everywhere, which report why. */
export const ownOfSeries =
  (series: ReadonlyMap<string, Lookup<Said>>): OwnOf =>
  (name) => {
    const found = series.get(name)
    if (found === undefined || 'error' in found) return UNKNOWN
    const one = unwrap(found)
    return {
      configs: one.corpus?.configs ?? configsOf(one),
      profile: profileOf(one),
      livesOn: (tree, arch) => livesOn(one, tree, arch),
    }
  }

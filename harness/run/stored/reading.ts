// SPDX-License-Identifier: MIT
import type { Bundle } from '../../bundle/open.ts'
import { legsOf, otherReadings, type Reading, readingOn } from '../../inputs/series/legs.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { UsageError } from '../../model/errors.ts'
import type { LegName } from '../../model/results.ts'
import type { PairInputs } from '../inputs.ts'
import type { PairPlace } from '../plan/pairs.ts'
import { type RunRequest, unwrap } from '../request.ts'

type Resolved = Pick<RunRequest, 'resolved' | 'settings'>

const namesOf = (patches: readonly Pick<Patch, 'sha256' | 'reverse'>[]): string =>
  patches.map(({ sha256, reverse }) => `${reverse ? '-' : '+'}${sha256}`).join()

const readingsOf = (whole: Series, version: string): readonly Reading[] => {
  try {
    const first = readingOn(whole, version)
    return [first, ...otherReadings(whole, first)]
  } catch (error) {
    // It refuses this tree, so no bundle can be of it.
    if (error instanceof UsageError) return []
    throw error
  }
}

/** The reading of our own series that a bundle was made with; undefined when it has no such reading. */
export const readingIn = (
  { series, build }: Pick<Bundle, 'series' | 'build'>,
  whole: Series,
  extraPatches: readonly Patch[],
): Reading | undefined =>
  readingsOf(whole, build.meta.version).find((reading) => {
    const legs = legsOf(reading, extraPatches)
    return (
      reading.state === series.state &&
      reading.basesInTree === series.basesInTree &&
      namesOf(legs.before) === namesOf(series.legs.before) &&
      namesOf(legs.after) === namesOf(series.legs.after)
    )
  })

/**
 * The inputs of a pair whose kernels are from a store. The series is the one that this run has read; the bundle only says
 * how it is read on the tree, of which no file is here.
 */
export const inputsIn = (
  bundle: Bundle,
  { tree: spec, series: name }: PairPlace,
  { resolved, settings }: Resolved,
): PairInputs | undefined => {
  const reading = readingIn(bundle, unwrap(resolved.series.get(name)!), resolved.extraPatches)
  if (reading === undefined) return undefined
  const { version } = bundle.build.meta
  const meta = { spec, version, origin: `bundle ${bundle.sha256}`, key: bundle.build.inputs.treeKey, listing: '' }
  return {
    place: { tree: spec, series: name },
    series: reading.series,
    legs: legsOf(reading, resolved.extraPatches),
    tree: { dir: bundle.dir, meta, cached: true, [Symbol.asyncDispose]: async () => undefined },
    treeMs: 0,
    settled: { ...reading, by: bundle.series.by },
    kconfig: settings.added.kconfig,
  }
}

/** Whether two inputs are of one tree and one reading. */
export const areAlike = (one: PairInputs, other: PairInputs): boolean =>
  one.tree.meta.key === other.tree.meta.key &&
  one.settled.state === other.settled.state &&
  one.settled.basesInTree === other.settled.basesInTree &&
  namesOf(one.legs.before) === namesOf(other.legs.before) &&
  namesOf(one.legs.after) === namesOf(other.legs.after)

type Legs = ReadonlyMap<LegName, Bundle>

const SAME: readonly (readonly [what: string, of: (bundle: Bundle) => unknown])[] = [
  ['content of the tree', ({ build }) => build.inputs.treeKey],
  ['kernel version', ({ build }) => build.meta.version],
  ['kernel options', ({ build }) => build.meta.options],
  ['reading of the series', ({ series: { legs, state, by, basesInTree } }) => [legs, state, by, basesInTree]],
]

/** Why the bundles of two legs are no pair; undefined when they are one. */
export const whyNotTogether = (legs: Legs): string | undefined => {
  const [before, after] = [legs.get('before'), legs.get('after')]
  if (!before || !after) return undefined
  const differs = SAME.find(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(after)))
  if (differs) return `it has another ${differs[0]} than the one of the other leg`
  return JSON.stringify(after.build.baseline) === JSON.stringify(before.build.sources)
    ? undefined
    : 'it is compared with other sources than those of the other leg'
}

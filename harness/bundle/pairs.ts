// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { LegName } from '../model/results.ts'
import type { Bundle } from './open.ts'

type Place = Pick<Bundle['manifest']['cell'], 'tree' | 'series' | 'arch' | 'config' | 'profile'>

/** The bundles of one pair: both legs, or one alone. */
export interface BundlePair {
  readonly place: Place
  readonly legs: Readonly<Partial<Record<LegName, Bundle>>>
}

type Legs = Readonly<Record<LegName, Bundle>>

const REMEDY = 'give the bundles of the before and the after cell of one pair'

const placeOf = ({ manifest: { cell } }: Bundle): Place => {
  const { leg: _, ...place } = cell
  return place
}

/** What both legs have to have in common, and how it is called. */
const SAME: readonly (readonly [what: string, of: (bundle: Bundle) => unknown])[] = [
  ['content of the tree', ({ build }) => build.inputs.treeKey],
  ['compiler', ({ build }) => [build.meta.toolchain, build.llvm]],
  ['kernel options', ({ build }) => build.meta.options],
  ['kernel version', ({ build }) => build.meta.version],
  ['series', ({ series }) => series],
  ['settings of the boot', ({ boot: { request } }) => request],
  ['machine', ({ boot }) => boot.machine],
  ['programs', ({ boot }) => boot.programs],
  ['touched files', ({ build }) => Object.keys(build.sources).sort()],
]

/** The touched files that differ between the kernels of two bundles. */
export const differingFiles = ({ before, after }: Legs): readonly string[] =>
  Object.keys(after.build.sources).filter((file) => after.build.sources[file] !== before.build.sources[file])

/** Why two bundles are no pair: then nothing could be said about the series. Undefined when they are one. */
export const whyNoPair = (legs: Legs): string | undefined => {
  const { before, after } = legs
  const differs = SAME.find(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(after)))
  if (differs) return `have another ${differs[0]}`
  if (before.build.meta.key === after.build.meta.key || before.build.meta.imageHash === after.build.meta.imageHash)
    return 'hold the same kernel'
  if (JSON.stringify(after.build.baseline) !== JSON.stringify(before.build.sources))
    return 'do not belong together: the kernel of before is not the one that the patch is compared with'
  return differingFiles(legs).length === 0 ? 'differ in no file that the series touches' : undefined
}

const requirePair = (legs: Legs): void => {
  const why = whyNoPair(legs)
  if (why !== undefined) throw new UsageError(`${legs.before.file} and ${legs.after.file} ${why}`, REMEDY)
}

/** Bundles of one leg each from different places: probably meant as a pair. */
const requireAlike = (pairs: readonly BundlePair[]): void => {
  const half = (leg: LegName) => pairs.find(({ legs }) => legs[leg] !== undefined && Object.keys(legs).length === 1)
  const [before, after] = [half('before'), half('after')]
  if (!before || !after) return
  const names = Object.keys(before.place) as (keyof Place)[]
  const differs = names.find((name) => before.place[name] !== after.place[name])!
  throw new UsageError(
    `${before.legs.before!.file} and ${after.legs.after!.file} have another ${differs}: ${before.place[differs]} and ${after.place[differs]}`,
    REMEDY,
  )
}

/** The pairs of these bundles; a UsageError for two that do not belong together. */
export const pairBundles = (bundles: readonly Bundle[]): readonly BundlePair[] => {
  const pairs = new Map<string, { place: Place; legs: Partial<Record<LegName, Bundle>> }>()
  for (const bundle of bundles) {
    const place = placeOf(bundle)
    const { leg } = bundle.manifest.cell
    const pair = pairs.get(JSON.stringify(place)) ?? { place, legs: {} }
    const other = pair.legs[leg]
    if (other) throw new UsageError(`${other.file} and ${bundle.file} are both the leg ${leg} of one pair`, REMEDY)
    pair.legs[leg] = bundle
    pairs.set(JSON.stringify(place), pair)
  }
  const all = [...pairs.values()]
  for (const { legs } of all) {
    const { before, after } = legs
    if (before && after) requirePair({ before, after })
  }
  requireAlike(all)
  return all
}

// SPDX-License-Identifier: MIT
import type { Bundle } from '../../bundle/open.ts'
import type { Series } from '../../inputs/series/model.ts'
import { UsageError } from '../../model/errors.ts'
import type { PairInputs, RunInputs } from '../inputs.ts'
import type { PairPlace } from '../plan/pairs.ts'

type TreeAndSeries = Pick<PairPlace, 'tree' | 'series'>

/** The series as it was read on the tree; its bases and variants have played their part. */
export const seriesOf = ({ series }: Bundle): Series => {
  const { legs: _legs, state: _state, by: _by, basesInTree: _inTree, maintainers: _maintainers, ...own } = series
  return { ...own, dir: undefined, variants: [], bases: new Map() }
}

const inputsOf = (bundle: Bundle): PairInputs => {
  const { manifest, series: resolved, build, boot } = bundle
  const { tree, series: name } = manifest.cell
  const { legs, state, by, basesInTree } = resolved
  const series = seriesOf(bundle)
  const { version } = build.meta
  const meta = { spec: tree, version, origin: `bundle ${bundle.sha256}`, key: build.inputs.treeKey, listing: '' }
  return {
    place: { tree, series: name },
    series,
    legs,
    // No file of the tree is read.
    tree: { dir: bundle.dir, meta, cached: true, [Symbol.asyncDispose]: async () => undefined },
    treeMs: 0,
    settled: { series, state, by, basesInTree, required: [], bases: [] },
    kconfig: boot.request.added.kconfig,
  }
}

const keyOf = ({ tree, series }: TreeAndSeries): string => `${tree}\n${series}`

/** What two bundles of one tree and series must not differ in. */
const contentOf = ({ series, build }: Bundle): string => JSON.stringify([series, build.inputs.treeKey])

/** The inputs of a run that boots bundles: nothing is fetched, patched or asked of git. */
export const bundledInputs = (bundles: readonly Bundle[]): RunInputs => {
  const pairs = new Map<string, { readonly inputs: PairInputs; readonly first: Bundle }>()
  for (const bundle of bundles) {
    const inputs = inputsOf(bundle)
    const known = pairs.get(keyOf(inputs.place))
    if (known === undefined) pairs.set(keyOf(inputs.place), { inputs, first: bundle })
    else if (contentOf(known.first) !== contentOf(bundle))
      throw new UsageError(
        `${known.first.file} and ${bundle.file} are of different contents of ${bundle.manifest.cell.tree}`,
        'boot them in two runs',
      )
  }
  const find = (place: TreeAndSeries): PairInputs | undefined => pairs.get(keyOf(place))?.inputs
  return {
    all: [...pairs.values()].map(({ inputs }) => inputs),
    notes: [],
    find,
    of: (place) => find(place)!,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

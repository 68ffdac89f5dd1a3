// SPDX-License-Identifier: MIT
import type { LegName } from '../../model/results.ts'
import type { Series } from './model.ts'

/** The name of no series: the tree is tested as it is. */
export const NO_SERIES = 'none'

/** No patches. */
export const noSeries: Series = {
  name: NO_SERIES,
  dir: undefined,
  title: 'the tree as it is',
  touches: [],
  patches: [],
  variants: [],
  requires: [],
  bases: new Map(),
  applicability: [],
  signature: [],
  knownFindings: [],
  hold: [],
  settings: {},
}

/** The legs that differ: without any patch both kernels would be the same one. */
export const differingLegs = (
  { name }: Pick<Series, 'name'>,
  extraPatches: readonly unknown[],
  legs: readonly LegName[],
): readonly LegName[] => (name === NO_SERIES && extraPatches.length === 0 && legs.length > 1 ? ['after'] : legs)

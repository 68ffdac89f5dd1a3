// SPDX-License-Identifier: MIT

import { contentKey } from '../../lib/files/hash.ts'
import { archName } from '../../model/results.ts'
import type { PairPlace } from './pairs.ts'

/** `I/N`: the I-th of N parts. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/**
 * The shard of this place, 1 to `of`; the rest of the plan does not matter. Configs, series and legs of one tree,
 * architecture and profile stay together, because their builds reuse each other's objects. Architectures share no
 * objects and go to different shards.
 */
export const shardOf = ({ tree, arch, profile }: Pick<PairPlace, 'tree' | 'arch' | 'profile'>, of: number): number => {
  const offset = Number.parseInt(contentKey('shard', tree, profile).slice(0, 8), 16)
  return ((offset + archName.options.indexOf(arch)) % of) + 1
}

/** The places of one shard, in order. */
export const inShard = <T extends PairPlace>(places: readonly T[], { index, of }: Shard): readonly T[] =>
  places.filter((place) => shardOf(place, of) === index)

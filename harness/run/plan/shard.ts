// SPDX-License-Identifier: MIT

import { contentKey } from '../../lib/files/hash.ts'
import { UsageError } from '../../model/errors.ts'
import { archName } from '../../model/results.ts'
import type { PairPlace } from './pairs.ts'

/** `I/N`: the I-th of N parts. */
export interface Shard {
  readonly index: number
  readonly of: number
}

const MAX_SHARDS = 1_000

/** Reads `--shard I/N`. */
export const parseShard = (text: string): Shard => {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of && shard.of <= MAX_SHARDS) return shard
  throw new UsageError(`--shard ${text}: not a shard`, 'write it as I/N, for example 1/3 for the first of three')
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

// SPDX-License-Identifier: MIT
import { wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { Shard } from '../../run/plan/shard.ts'

const MAX_SHARDS = 1_000

/** The value of `--shard`. */
export const shardFrom = (text: string): Shard => {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of && shard.of <= MAX_SHARDS) return shard
  throw new UsageError(`--shard ${text}: not a shard`, 'write it as I/N, for example 1/3 for the first of three')
}

/** The value of `--shards`. */
export const shardCountFrom = (text: string): number => wholeNumber('--shards', text, 1, MAX_SHARDS)

// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'

/** Random choices that a seed decides. */
export interface Random {
  /** A whole number of at least `low` and below `high`. */
  readonly between: (low: number, high: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** The random choices of one fault: they depend on the seed and the fault's name, not on the order of faults. */
export const randomOf = (seed: string, name: string): Random => {
  let count = 0
  const next = (): number =>
    createHash('sha256').update(`${seed}/${name}/${count++}`).digest().readUIntBE(0, 6) / 2 ** 48
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low))
  return { between, pick: (items) => items[between(0, items.length)]! }
}

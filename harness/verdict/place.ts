// SPDX-License-Identifier: MIT
import type { CellResult, PairResult } from '../model/results.ts'

/** What the cells of a pair have in common; tree and series are null where the run had only one. */
export type Place = Pick<PairResult, 'arch' | 'config' | 'profile' | 'tree' | 'series'>
type Named = Place & Pick<PairResult, 'name'>
type Placed = Pick<CellResult, 'arch' | 'config' | 'profile' | 'tree' | 'series'>

/** Whether a cell belongs to this pair. */
export const isOf = (cell: Placed, { arch, config, profile, tree, series }: Place): boolean =>
  cell.arch === arch &&
  cell.config === config &&
  cell.profile === profile &&
  (tree ?? cell.tree) === cell.tree &&
  (series ?? cell.series) === cell.series

/** A pair's name, as the progress output shows it. */
export const pairName = ({ name, arch, config, profile }: Named): string => name ?? [arch, config, profile].join('-')

/** The name of this cell's pair: what the cell's own name begins with. */
export const pairNameOf = ({ id, leg }: Pick<CellResult, 'id' | 'leg'>): string => {
  const at = id.lastIndexOf(`-${leg}`)
  return at < 0 ? id : id.slice(0, at)
}

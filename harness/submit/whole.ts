// SPDX-License-Identifier: MIT
import type { Submission } from './model.ts'

/** The first id that was there before. */
const twice = (ids: readonly string[]): string | undefined => {
  const seen = new Set<string>()
  return ids.find((id) => seen.size === seen.add(id).size)
}

/** What contradicts itself in a submission whose fields are well formed: each cell is in one part, and parts come after others. */
export const contradictionIn = ({ parts, cells }: Submission): string | undefined => {
  const part = twice(parts.map(({ id }) => id))
  if (part !== undefined) return `two parts have the id ${part}`
  const cell = twice(cells.map(({ id }) => id))
  if (cell !== undefined) return `two cells have the id ${cell}`
  const known = new Set(cells.map(({ id }) => id))
  const placed = parts.flatMap((one) => one.cells)
  const stray = placed.find((id) => !known.has(id))
  if (stray !== undefined) return `a part has the cell ${stray}, which is not in the plan`
  const shared = twice(placed)
  if (shared !== undefined) return `the cell ${shared} is in two parts`
  const there = new Set(placed)
  const lost = cells.find(({ id }) => !there.has(id))
  if (lost) return `no part has the cell ${lost.id}`
  const before = new Set<string | null>([null])
  const late = parts.find(({ id, after }) => !before.has(after) || !before.add(id))
  return late && `the part ${late.id} comes after ${late.after}, which is not before it`
}
